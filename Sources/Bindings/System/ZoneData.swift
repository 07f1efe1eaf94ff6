/// The changes of a place's offset from UTC, as a file of the zone database (RFC 9636) lists them.
struct ZoneData: Sendable, Equatable {
    /// From this second on, in UTC.
    private let changes: [Int64]
    /// As many, in seconds.
    private let offsets: [Int64]
    /// Before the first change.
    private let first: Int64
    /// Behind the last.
    private let rule: ZoneRule?

    init(offset: Int64) { (changes, offsets, first, rule) = ([], [], offset, nil) }

    /// Names lead to no other folder.
    init?(named name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.first != UInt8(ascii: ".")
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || "+-_".utf8.contains($0)
                }
        }
        guard isName else { return nil }
        self.init(file: "/usr/share/zoneinfo/\(name)")
    }

    init?(file path: String) {
        guard let bytes = try? readFile(path, limit: 1 << 20) else { return nil }
        self.init(bytes)
    }

    init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let old = ZoneHeader(&reader), old.version >= 2 else { return nil }
        // What is in the first part is in the second as well, with 64 bits.
        guard reader.skip(old.length(ofTimes: 4)), let header = ZoneHeader(&reader) else { return nil }
        var changes: [Int64] = []
        for _ in 0..<header.times {
            guard let time = reader.integer(8) else { return nil }
            changes.append(time)
        }
        guard let kinds = reader.take(header.times) else { return nil }
        var types: [Int64] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), reader.skip(2) else { return nil }
            types.append(offset)
        }
        guard let first = types.first, kinds.allSatisfy({ Int($0) < types.count }),
            reader.skip(header.lengthBehindTypes(ofTimes: 8)), let footer = reader.rest.split(separator: 10).first
        else { return nil }
        self.changes = changes
        offsets = kinds.map { types[Int($0)] }
        self.first = first
        rule = ZoneRule(String(decoding: footer, as: UTF8.self))
    }

    func offset(at second: Int64) -> Int64 {
        guard let last = changes.last, second < last else { return rule?.offset(at: second) ?? offsets.last ?? first }
        let next = changes.firstIndex { $0 > second } ?? changes.count
        return next == 0 ? first : offsets[next - 1]
    }
}

/// The header of each part of a zone's file.
private struct ZoneHeader {
    let version: UInt8
    let times: Int
    let types: Int
    private let leaps: Int
    private let standards: Int
    private let universals: Int
    private let letters: Int

    init?(_ reader: inout ByteReader) {
        guard reader.take(4).map(Array.init) == Array("TZif".utf8), let version = reader.take(1)?.first, reader.skip(15)
        else { return nil }
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = reader.integer(4), (0...100_000).contains(count) else { return nil }
            counts.append(Int(count))
        }
        self.version = version == 0 ? 1 : version - UInt8(ascii: "0")
        (universals, standards, leaps, times, types, letters) = (
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
        )
    }

    /// The length of the part, with times of so many bytes.
    func length(ofTimes size: Int) -> Int { times * (size + 1) + types * 6 + lengthBehindTypes(ofTimes: size) }

    func lengthBehindTypes(ofTimes size: Int) -> Int { letters + leaps * (size + 4) + standards + universals }
}

/// Takes numbers from bytes, the highest byte first.
private struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    mutating func integer(_ count: Int) -> Int64? {
        guard let bytes = take(count), let high = bytes.first else { return nil }
        return bytes.dropFirst().reduce(Int64(Int8(bitPattern: high))) { $0 << 8 | Int64($1) }
    }
}
