import System
import Testing

@Suite("Files that are open")
struct OpenFilesTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory(prefix: "open-files-tests-") }

    @Test("are read from any place, and no further than their end")
    func reads() throws {
        let path = "\(directory.path)/a"
        try NewFile(path).append(Array("0123456789".utf8))
        let file = try ReadableFile(path)
        #expect(file.size == 10)
        #expect(try file.bytes(at: 3, atMost: 4) == Array("3456".utf8))
        #expect(try file.bytes(at: 8, atMost: 100) == Array("89".utf8))
        #expect(try file.bytes(at: 10, atMost: 100).isEmpty && file.bytes(at: 0, atMost: 0).isEmpty)
    }

    @Test("are regular files, or the error names what is there", arguments: ["/dev/null", "/tmp", "/nonexistent/a"])
    func regular(path: String) {
        let error = #expect(throws: FileError.self) { try ReadableFile(path) }
        #expect(error?.path == path)
    }

    @Test("are made only where nothing is, for our own user")
    func new() throws {
        let path = "\(directory.path)/b"
        let file = try NewFile(path)
        try file.append(Array("one ".utf8))
        try file.append([])
        try file.append(Array("two".utf8))
        #expect(try readFile(path, limit: 100) == Array("one two".utf8))
        #expect(try fileMode(path) == 0o600)
        #expect(throws: FileError.self) { try NewFile(path) }
        file.remove()
        #expect(!fileExists(path))
    }

    @Test("get another name only if it is free")
    func moves() throws {
        let (old, taken, free) = ("\(directory.path)/c", "\(directory.path)/d", "\(directory.path)/e")
        let file = try NewFile(old)
        try file.append([1])
        try NewFile(taken).append([2])
        #expect(try file.move(to: taken) == false)
        #expect(try readFile(taken, limit: 10) == [2] && fileExists(old))
        #expect(try file.move(to: free))
        #expect(try readFile(free, limit: 10) == [1] && !fileExists(old))
        #expect(throws: FileError.self) { try file.move(to: "\(directory.path)/none/f") }
    }
}

@Suite("Threads for calls that block", .timeLimit(.minutes(5))) struct BlockingThreadsTests {
    @Test("run every call and hand back its value or its error, more calls than can wait among them")
    func calls() async throws {
        let threads = BlockingThreads(named: "test", count: 2, capacity: 3)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 { group.addTask { await threads.run { number } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 199 * 100)
        await #expect(throws: FileError(path: "a", reason: "b")) {
            try await threads.run { () throws(FileError) -> Int in throw FileError(path: "a", reason: "b") }
        }
    }
}
