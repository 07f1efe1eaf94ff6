/// The characters that a document may hold.
package enum XMLText {
    /// `text` with U+FFFD in place of every character that XML 1.0 forbids: most control characters, U+FFFE, U+FFFF.
    package static func permitted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard let permitted = permitted(bytes, replacing: .max), permitted != bytes else { return text }
        return String(decoding: permitted, as: UTF8.self)
    }

    /// `bytes` with U+FFFD in place of what is no UTF-8 and of what XML forbids; nil where that is so much that it is no
    /// text.
    package static func repaired(_ bytes: [UInt8]) -> [UInt8]? {
        decodable(bytes).flatMap { permitted($0, replacing: mostRepairs) }
    }

    private static let mostRepairs = 4096
    private static let replacement = Array("\u{FFFD}".utf8)

    private static func decodable(_ bytes: [UInt8]) -> [UInt8]? {
        var decodable: [UInt8] = []
        var position = 0
        for _ in 0...mostRepairs {
            do throws(UTF8.ValidationError) {
                _ = try UTF8Span(validating: bytes.span.extracting(position...))
                return decodable + bytes[position...]
            } catch {
                decodable += bytes[position..<position + error.byteOffsets.lowerBound] + replacement
                position += error.byteOffsets.upperBound
            }
        }
        return nil
    }

    /// `bytes`, which are UTF-8, with U+FFFD in place of what is forbidden, `limit` times at most.
    private static func permitted(_ bytes: [UInt8], replacing limit: Int) -> [UInt8]? {
        var permitted: [UInt8] = []
        var (position, count) = (0, 0)
        while let next = bytes[position...].firstIndex(where: mayBeForbidden) {
            let length = forbiddenLength(at: next, in: bytes)
            permitted += bytes[position..<next] + (length > 0 ? replacement : [bytes[next]])
            position = next + max(length, 1)
            count += length > 0 ? 1 : 0
            guard count <= limit else { return nil }
        }
        return permitted + bytes[position...]
    }

    private static func mayBeForbidden(_ byte: UInt8) -> Bool { byte < 0x20 && !isSpace(byte) || byte == 0xEF }

    private static func forbiddenLength(at index: Int, in bytes: [UInt8]) -> Int {
        guard bytes[index] == 0xEF else { return 1 }
        return bytes[index + 1] == 0xBF && bytes[index + 2] >= 0xBE ? 3 : 0
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
