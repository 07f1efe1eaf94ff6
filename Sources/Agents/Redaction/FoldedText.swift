import Text

/// Two ways to look past how a secret is written.
enum Folding: Sendable {
    /// Without percent-encoding and case, and with one alphabet of base64.
    case written
    /// Letters and digits alone.
    case letters
}

/// A text as a folding leaves it, and where each byte of that comes from.
struct FoldedText {
    private(set) var bytes: [UInt8] = []
    private var starts: [UInt32] = []
    private var ends: [UInt32] = []

    /// `undoesEscapes`: what is percent-encoded is looked at as what it stands for.
    init(_ text: [UInt8], _ folding: Folding, undoesEscapes: Bool = true) {
        bytes.reserveCapacity(text.count)
        starts.reserveCapacity(text.count)
        ends.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            let escape =
                undoesEscapes && text[position] == UInt8(ascii: "%") ? text[(position + 1)...].leadingHexByte : nil
            let end = position + (escape == nil ? 1 : 3)
            take(escape ?? text[position], position..<end, folding)
            position = end
        }
        if folding == .letters { dropMarks() }
    }

    /// Finds where the bytes of a range come from.
    func origin(of range: Range<Int>) -> Range<Int> { Int(starts[range.lowerBound])..<Int(ends[range.upperBound - 1]) }

    private mutating func take(_ byte: UInt8, _ origin: Range<Int>, _ folding: Folding) {
        let folded: UInt8
        switch folding {
        case .letters:
            guard byte >= 0x80 || byte.isWordByte else { return }
            folded = byte.lowercasedASCII
        case .written:
            switch byte {
            case UInt8(ascii: "-"): folded = UInt8(ascii: "+")
            case UInt8(ascii: "_"): folded = UInt8(ascii: "/")
            default: folded = byte.lowercasedASCII
            }
        }
        bytes.append(folded)
        starts.append(UInt32(origin.lowerBound))
        ends.append(UInt32(origin.upperBound))
    }

    /// Keeps of what is no ASCII only letters and numbers: a space of no width parts letters as well as any.
    private mutating func dropMarks() {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        var (kept, position) = (0, 0)
        while position < bytes.count {
            var end = position + 1
            while bytes[position] >= 0xC0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
            if bytes[position] < 0x80 || FoldedText.isLetter(bytes[position..<end]) {
                for index in position..<end {
                    (bytes[kept], starts[kept], ends[kept]) = (bytes[index], starts[index], ends[index])
                    kept += 1
                }
            }
            position = end
        }
        bytes.removeLast(bytes.count - kept)
        starts.removeLast(starts.count - kept)
        ends.removeLast(ends.count - kept)
    }

    private static func isLetter(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy {
            $0 != "\u{FFFD}"
                && ($0.properties.isAlphabetic && $0.properties.canonicalCombiningClass == .notReordered
                    || $0.properties.numericType != nil)
        }
    }
}
