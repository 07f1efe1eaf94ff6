/// A place in a document, as editors count: from 1, columns in characters.
package struct TOMLPosition: Hashable, Comparable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: TOMLPosition, b: TOMLPosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A value of a document and where it begins.
package struct TOMLNode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// A text in quotes of any kind.
        case string(String)
        /// A number, a time, `true` or `false`, as written but without the underscores within numbers.
        case word(String)
        case array([TOMLNode])
        case table(TOMLTable)
    }

    package let content: Content
    package let start: TOMLPosition

    init(_ content: Content, at start: TOMLPosition) {
        self.content = content
        self.start = start
    }
}

/// Keys and values in the order in which the document has them; no key comes twice.
package struct TOMLTable: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let key: String
        package let start: TOMLPosition
        package let value: TOMLNode

        init(_ key: String, at start: TOMLPosition, _ value: TOMLNode) {
            self.key = key
            self.start = start
            self.value = value
        }
    }

    package let entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries }
}
