/// The limits of a document. The defaults are far above anything WeCom sends.
package struct XMLLimits: Sendable {
    package var bytes: Int
    package var depth: Int
    package var elements: Int
    /// `&amp;` and the like, of which each costs as much as some dozen bytes of text.
    package var references: Int
    package var comments = 16
    package var nameLength = 128

    package init(bytes: Int = 256 * 1024, depth: Int = 32, elements: Int = 4096, references: Int = 4096) {
        self.bytes = bytes
        self.depth = depth
        self.elements = elements
        self.references = references
    }
}
