/// Called in a way that it does not know.
package struct Usage: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = "Usage: \(description)" }
}
