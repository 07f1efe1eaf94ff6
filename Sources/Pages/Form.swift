package import HTTP
import Text

/// The fields of a form that was posted as a browser does without files: a `+` is a space, as nowhere else in a URL.
package struct Form: Sendable {
    private var fields: [(name: String, value: String)] = []

    /// More fields than this are not looked at.
    private static let most = 256

    package init(_ fields: [(name: String, value: String)]) { self.fields = fields }

    package init(_ request: HTTPRequest) {
        let pairs = request.body.split(separator: UInt8(ascii: "&"), maxSplits: Form.most)
        for pair in pairs.prefix(Form.most) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            fields.append((Form.decoded(pair[..<equals]), Form.decoded(pair[equals...].dropFirst())))
        }
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        percentDecoded(bytes.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 })
    }

    /// The first value of that name.
    package subscript(_ name: String) -> String? { fields.first { $0.name.isSame(as: name) }?.value }

    /// Every value of that name, in order.
    package func all(_ name: String) -> [String] { fields.filter { $0.name.isSame(as: name) }.map(\.value) }

    package var names: [String] { fields.map(\.name) }
}
