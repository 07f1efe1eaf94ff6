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

    /// The first value of `name`; nil when it is missing.
    package subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// Decodes `%41` to `A`, once. A `%` that no two hex digits follow is kept as it stands.
package func percentDecoded(_ bytes: some Collection<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "%")) else { return String(decoding: bytes, as: UTF8.self) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index != bytes.endIndex {
        let byte = bytes[index]
        index = bytes.index(after: index)
        guard byte == UInt8(ascii: "%"), let escaped = hexPair(bytes[index...]) else {
            decoded.append(byte)
            continue
        }
        decoded.append(escaped)
        index = bytes.index(index, offsetBy: 2)
    }
    return String(decoding: decoded, as: UTF8.self)
}

/// Escapes all but RFC 3986's unreserved characters, so that the result may stand anywhere in a URL.
package func percentEncoded(_ text: some StringProtocol) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            encoded.append(byte)
        default:
            encoded.append(UInt8(ascii: "%"))
            encoded.append(hexDigits[Int(byte >> 4)])
            encoded.append(hexDigits[Int(byte & 15)])
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}

private let hexDigits = Array("0123456789ABCDEF".utf8)

private func hexPair(_ bytes: some Collection<UInt8>) -> UInt8? {
    var digits = bytes.prefix(2).makeIterator()
    guard let high = digits.next()?.hexDigitValue, let low = digits.next()?.hexDigitValue else { return nil }
    return high << 4 | low
}

extension UInt8 {
    /// 0 to 15 for an ASCII hex digit, nil for anything else.
    package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
