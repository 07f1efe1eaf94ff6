/// A place in a document, as editors count: from 1, columns in characters.
package struct YAMLPosition: Hashable, Comparable, Sendable {
    // Half as wide as what they count: each value has two of them.
    private let storedLine: Int32
    private let storedColumn: Int32

    package var line: Int { Int(storedLine) }
    package var column: Int { Int(storedColumn) }

    package init(line: Int, column: Int) {
        storedLine = Int32(clamping: line)
        storedColumn = Int32(clamping: column)
    }

    package static let start = YAMLPosition(line: 1, column: 1)

    package static func < (a: YAMLPosition, b: YAMLPosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A value of a document and where it stands.
package struct YAMLNode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping(YAMLMapping)
        /// An alias or a tagged value, which we do not follow; the document's refusals say so.
        case refused
    }

    package let content: Content
    package let start: YAMLPosition
    package let end: YAMLPosition

    package init(_ content: Content, from start: YAMLPosition, to end: YAMLPosition) {
        self.content = content
        self.start = start
        self.end = end
    }
}

/// Text as written. What it means (`no`, `012`, `~`) is for the schema to say, which may ask whether it was quoted.
package struct YAMLScalar: Equatable, Sendable {
    package let text: String
    package let isPlain: Bool

    package init(_ text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }

    /// True if nothing was written: an empty plain value, `~` or `null`.
    package var isNull: Bool { isPlain && (text.isEmpty || text == "~" || text == "null") }
}

/// Keys and values in the order of the document. A key that comes twice is in here twice.
package struct YAMLMapping: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let key: String
        package let start: YAMLPosition
        package let value: YAMLNode

        package init(_ key: String, at start: YAMLPosition, _ value: YAMLNode) {
            self.key = key
            self.start = start
            self.value = value
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry]) { self.entries = entries }

    /// The first value of `key`.
    package subscript(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
}
