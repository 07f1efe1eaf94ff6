/// One thing that is wrong with the configuration: where, which key, what is wrong and what would be right.
///
/// The words never contain the value of a secret.
package struct Fault: Hashable, Sendable {
    package let place: Place
    package let message: String
    /// More about it, for those who ask.
    package let detail: String?

    package init(_ place: Place, _ message: String, detail: String? = nil) {
        self.place = place
        self.message = message
        self.detail = detail
    }
}

extension Fault: Comparable {
    package static func < (a: Fault, b: Fault) -> Bool { (a.place, a.message) < (b.place, b.message) }
}

extension Fault: CustomStringConvertible {
    package var description: String { "\(place): \(message)" }
}
