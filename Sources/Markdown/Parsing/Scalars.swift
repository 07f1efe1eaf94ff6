extension Unicode.Scalar {
    var isPunctuation: Bool {
        if isASCII { return UInt8(value).isASCIIPunctuation }
        return switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            true
        default: false
        }
    }

    /// True if it takes two columns: Chinese, Japanese and Korean with their punctuation, and emoji.
    var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2705, 0x274C, 0x274E, 0x2753...0x2755, 0x2757,
            0x2795...0x2797, 0x2B50, 0x2B55, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F18E, 0x1F191...0x1F19A,
            0x1F200...0x1F64F, 0x1F680...0x1F6FF, 0x1F7E0...0x1F7EB, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }

    var isZeroWidth: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: true
        default: false
        }
    }
}

extension String {
    /// The columns it takes where every character has one or two.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension Character {  // short: one at a time
    private static let emojiStyle: Unicode.Scalar = "\u{FE0F}"

    var displayWidth: Int {
        let scalars = unicodeScalars
        if scalars.contains(where: { $0.isWide || $0 == Character.emojiStyle }) { return 2 }
        return scalars.allSatisfy(\.isZeroWidth) ? 0 : 1
    }
}

/// The scalar that ends before `position`.
func scalar(before position: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
    var start = position - 1
    while start > 0, start > position - 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start < 0 ? nil : bytes[start..<position].text.unicodeScalars.first
}

/// The scalar that begins at `position`.
func scalar(at position: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
    bytes[min(position, bytes.count)..<min(position + 4, bytes.count)].text.unicodeScalars.first
}
