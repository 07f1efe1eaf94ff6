import Text

extension JSONValue {
    /// The text of a string that is no longer than a type, a kind or an id of any protocol; nil for a longer one. Swift's
    /// comparisons are quadratic in the accents that somebody may heap on a letter, and none is to be spent on such a text.
    package var shortString: String? {
        if case .string(let text) = self, text.utf8.count <= JSONValue.longestShortString { text } else { nil }
    }

    /// The same, or the digits of an integer.
    package var shortStringOrInteger: String? { integer.map { String($0) } ?? shortString }

    private static let longestShortString = 256
}

extension JSONValue.Member {
    package static func == (a: Self, b: Self) -> Bool { a.name.isSame(as: b.name) && a.value == b.value }
}
