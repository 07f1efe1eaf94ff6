/// A piece of running text before it is known what belongs together.
struct InlineToken {
    enum Kind {
        /// The bytes as they stand.
        case text
        /// Other text than the bytes: an escaped character, an entity.
        case replacement(String)
        case code(String)
        case autolink(to: String)
        case softBreak
        case lineBreak
        case run(DelimiterRun)
        case bracket(isImage: Bool)
        case closingBracket
        case font(FontColor)
        case closingFont
    }

    let kind: Kind
    let range: Range<Int>
}

/// Marks in a row that may begin or end emphasis.
struct DelimiterRun {
    let mark: UInt8
    /// The number that are left to be matched.
    var count: Int
    let length: Int
    let canOpen: Bool
    let canClose: Bool

    var isBoth: Bool { canOpen && canClose }
    var text: String { String(repeating: Character(Unicode.Scalar(mark)), count: count) }  // short: a mark of ASCII

    /// The number of marks of each the pair takes: two make it strong, or strike through. None if they are no pair.
    func pairing(with closer: DelimiterRun) -> Int {
        guard mark == closer.mark, canOpen else { return 0 }
        if mark == "~" { return 2 }
        let sum = length + closer.length
        let isRefused = (isBoth || closer.isBoth) && sum % 3 == 0 && length % 3 != 0
        return isRefused ? 0 : min(count, closer.count, 2)
    }
}
