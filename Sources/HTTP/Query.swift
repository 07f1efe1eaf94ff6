import Text

/// The parameters of a request target, percent-decoded exactly once.
///
/// A `+` stays a `+`. Form decoders turn it into a space, which breaks base64; senders that mean a space write `%20`.
package struct Query: Sendable {
    private var parameters: [(name: String, value: String)] = []

    /// More parameters than this are not looked at.
    static let maxParameters = 64

    package init(_ text: some StringProtocol) {
        // By way of a string of its own, whose bytes are copied in one go; a substring's are copied one by one.
        let bytes = Array(String(text).utf8)
        var start = 0
        while start < bytes.count, parameters.count < Query.maxParameters {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.endIndex
            if start < end { parameters.append(Query.parameter(bytes[start..<end])) }
            start = end + 1
        }
    }

    private static func parameter(_ pair: ArraySlice<UInt8>) -> (name: String, value: String) {
        guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return (percentDecoded(pair), "") }
        return (percentDecoded(pair[..<equals]), percentDecoded(pair[(equals + 1)...]))
    }

    /// The names, in order, each as often as it stands there.
    package var names: [String] { parameters.map(\.name) }

    /// The first value of `name`; nil when it is missing.
    package subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}
