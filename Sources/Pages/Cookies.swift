package import HTTP
import Text

/// The cookies that came with a request.
package struct Cookies: Sendable {
    private var values: [(name: Substring, value: Substring)] = []

    /// No more than so many are looked at.
    private static let most = 64

    package init(_ request: HTTPRequest) {
        for field in request.headers.all("Cookie") {
            for pair in field.pieces(atMost: Cookies.most, between: { $0 == UInt8(ascii: ";") }) {
                guard let (name, value) = pair.cut(around: "=") else { continue }
                values.append((name.withoutSpaceAround, value.withoutSpaceAround))
            }
        }
    }

    /// The first of that name.
    package subscript(_ name: String) -> String? {
        values.first { $0.name.isSame(as: name) }.map { String($0.value) }
    }
}
