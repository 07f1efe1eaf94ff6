extension Database {
    /// The size of the file.
    package struct Size: Sendable {
        package let bytes: Int
        /// The part of them that is free within the file.
        package let freeBytes: Int
    }

    package func size() async throws -> Size {
        try await read { connection in
            let page = try connection.first("PRAGMA page_size") { $0.int(0) } ?? 0
            let pages = try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
            let free = try connection.first("PRAGMA freelist_count") { $0.int(0) } ?? 0
            return Size(bytes: page * pages, freeBytes: page * free)
        }
    }

    /// Reads the whole file and lists what is wrong with it, at most twenty things; none in an intact one.
    ///
    /// Takes a second for each gigabyte that is in memory, and occupies a reader for as long. Closing interrupts it.
    package func quickCheck() async throws -> [String] {
        try await read { [interruption] connection in
            try interruption.watch(connection)
            defer { interruption.release(connection) }
            return try connection.all("PRAGMA quick_check(20)") { $0.text(0) }.filter { $0 != "ok" }
        }
    }
}
