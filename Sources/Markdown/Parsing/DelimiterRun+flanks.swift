import Text

/// The kind of a character beside marks of emphasis.
private enum Neighbour {
    case space, punctuation, wide, digit, letter, other

    init(_ scalar: Unicode.Scalar?) {
        switch scalar {
        case nil: self = .space
        case ("0"..."9")?: self = .digit
        case ("a"..."z")?, ("A"..."Z")?: self = .letter
        case let scalar?:
            if scalar.properties.isWhitespace {
                self = .space
            } else if scalar.isWide {
                self = .wide
            } else {
                self = scalar.isPunctuation ? .punctuation : .other
            }
        }
    }

    var isASCIIWord: Bool { self == .digit || self == .letter }
}

extension DelimiterRun {
    /// A longer run is a line somebody drew.
    private static let maxLength = 6

    /// CommonMark's rules, but for what they refuse beside Chinese (which has no spaces between words) and what readers would
    /// not take for emphasis: `2*3*4` is a product. Two stars open before and close behind anything but white space.
    init?(mark: UInt8, length: Int, before: Unicode.Scalar?, after: Unicode.Scalar?) {
        guard length <= DelimiterRun.maxLength, mark != "~" || length == 2 else { return nil }
        let (before, after) = (Neighbour(before), Neighbour(after))
        let opens = after != .space && (after != .punctuation || [.space, .punctuation, .wide].contains(before))
        let closes = before != .space && (before != .punctuation || [.space, .punctuation, .wide].contains(after))
        switch mark {
        case "_":
            canOpen = opens && (!closes || before == .punctuation || before == .wide)
            canClose = closes && (!opens || after == .punctuation || after == .wide)
        case "*" where length == 1:
            guard !before.isASCIIWord || !after.isASCIIWord else { return nil }
            canOpen = opens
            canClose = closes
        default:
            guard before != .digit || after != .digit else { return nil }
            canOpen = after != .space
            canClose = before != .space
        }
        self.mark = mark
        self.length = length
        count = length
    }
}
