import Text

extension JSONValue {
    /// The text of a string that is short enough to be a word of some protocol: a type, a kind, an id. nil for a longer one,
    /// which no comparison is to be spent on: Swift's are quadratic in what accents somebody may heap on a letter.
    package var word: String? {
        if case .string(let text) = self, text.utf8.count <= JSONValue.longestWord { text } else { nil }
    }

    /// The same, or the digits of an integer.
    package var wordOrInteger: String? { integer.map { String($0) } ?? word }

    private static let longestWord = 256
}

extension JSONValue.Member {
    package static func == (a: Self, b: Self) -> Bool { a.name.isSame(as: b.name) && a.value == b.value }
}
