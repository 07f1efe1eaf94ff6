/// The name that the platform gives to an uploaded or received file.
///
/// It is opaque, and is handed back to the platform as it came.
package struct MediaID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }
}
