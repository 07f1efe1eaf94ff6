/// One YAML document as a tree, together with everything in it that we refuse.
///
/// Only the plain part of YAML is taken: mappings with text for keys, sequences and scalars. What goes beyond it does
/// not end the reading, so that all of it can be reported in one go; nothing of it is ever expanded.
package struct YAMLDocument: Sendable {
    package let root: YAMLNode

    /// Keys that come twice, keys that are no text, anchors, aliases, tags, and a second document; in order.
    package let refusals: [YAMLError]

    /// Reads `bytes`, of which a byte-order mark is none of the text; throws where the text is no YAML or goes beyond `limits`.
    package init(_ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(at: .start, "is \(bytes.count) bytes long: at most \(limits.bytes) are read")
        }
        // libyaml looks for one only where it is to find out the encoding.
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var builder = YAMLTreeBuilder(try YAMLParser(text), limits: limits)
        root = try builder.document()
        refusals = builder.refusals.sorted { $0.position < $1.position }
    }
}

/// The limits of a document.
package struct YAMLLimits: Sendable {
    package var bytes = 8 << 20
    package var nodes = 500_000
    package var depth = 32
    /// Bytes of memory that the values may take. 10,000 apps with ten keys each take a third of it.
    package var weight = 48 << 20
    /// The number of refusals that are told.
    package var refusals = 1000

    package init() {}
}

/// A fault of a document, and its place. The words never repeat its text, which may be a secret; keys are named.
package struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
    package let position: YAMLPosition
    package let message: String

    package init(at position: YAMLPosition, _ message: String) {
        self.position = position
        self.message = message
    }

    package var description: String { "\(position.line):\(position.column): \(message)" }
}
