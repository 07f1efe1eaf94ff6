import Text

/// A document of TOML 1.0 as a tree.
package struct TOMLDocument: Sendable {
    package let root: TOMLTable

    /// Reads `bytes`; throws where the text is no TOML or goes beyond `limits`.
    package init(_ bytes: [UInt8], limits: TOMLLimits = TOMLLimits()) throws(TOMLError) {
        let start = TOMLPosition(line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            throw TOMLError(at: start, "the text is \(bytes.count) bytes long: at most \(limits.bytes) are read")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw TOMLError(at: start, "the text is not UTF-8")
        }
        var parser = TOMLParser(bytes, limits)
        root = try parser.document()
    }
}

/// The limits of a document.
package struct TOMLLimits: Sendable {
    package var bytes = 1 << 20
    /// The number of values and keys.
    package var values = 50_000
    /// The number of tables and arrays within each other, and of the parts of a key.
    package var depth = 32
    package var keyBytes = 256

    package init() {}
}

/// The reason why a text is not read as TOML, and its place. The words never repeat a value, which may be a secret; keys
/// are named.
package struct TOMLError: Error, Equatable, Sendable, CustomStringConvertible {
    package let position: TOMLPosition
    package let reason: String

    init(at position: TOMLPosition, _ reason: String) {
        self.position = position
        self.reason = reason
    }

    package var description: String { "\(position.line):\(position.column): \(reason)" }
}
