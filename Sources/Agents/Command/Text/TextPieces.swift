/// Text out of bytes that come in pieces, cut anywhere: no character is handed out in halves.
struct TextPieces {
    /// The beginning of a character that is not complete yet.
    private var kept: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) -> String {
        let all = kept + bytes
        let whole = all.count - TextPieces.openBytes(at: all)
        kept = Array(all[whole...])
        return String(decoding: all[..<whole], as: UTF8.self)
    }

    /// Returns what was left over when nothing more came.
    mutating func finish() -> String {
        defer { kept = [] }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The number of bytes at the end that begin a longer character.
    private static func openBytes(at bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            // A byte that goes on with a character: look for the one that begins it.
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }
}
