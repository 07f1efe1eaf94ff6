// The columns that text takes where a character has one or two: in a terminal, and in the tables of a chat.

extension Unicode.Scalar {
    /// True if it takes two columns: Chinese, Japanese and Korean with their punctuation, and emoji.
    package var isWide: Bool {
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

    fileprivate var isZeroWidth: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: true
        default: false
        }
    }
}

extension String {
    package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text, or as much of its beginning as fits into so many columns beside a mark which says that it goes on.
    package func cut(toColumns most: Int) -> String {  // short: a cell, a line
        guard displayWidth > most else { return self }
        var (kept, width) = ("", 0)
        for character in self {
            width += character.displayWidth
            guard width < most else { break }
            kept.append(character)
        }
        return most > 0 ? kept + "…" : ""
    }
}

extension Character {  // short: one at a time
    private static let emojiStyle: Unicode.Scalar = "\u{FE0F}"

    package var displayWidth: Int {
        let scalars = unicodeScalars
        if scalars.contains(where: { $0.isWide || $0 == Character.emojiStyle }) { return 2 }
        return scalars.allSatisfy(\.isZeroWidth) ? 0 : 1
    }
}
