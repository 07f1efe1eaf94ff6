import Text

/// The host that a `Host` field or a URL names, without its port and in lower case.
package struct HostField {
    /// An IPv6 address keeps its brackets.
    package let name: String

    package init(_ text: String) {
        let bytes = text.utf8.map(\.lowercasedASCII)
        let isBracketed = bytes.first == UInt8(ascii: "[")
        let end = UInt8(ascii: isBracketed ? "]" : ":")
        name = String(decoding: bytes.prefix { $0 != end }, as: UTF8.self) + (isBracketed ? "]" : "")
    }

    package init(ofURL url: String) {
        let authority = url.pieces { $0 == UInt8(ascii: "/") }.dropFirst(2).first ?? ""
        self.init(String(authority))
    }

    /// True if it is a literal address rather than a name that somebody's name server answers for.
    package var isAddress: Bool { isIPv4 || isIPv6 }

    private var isIPv4: Bool {
        let parts = name.pieces { $0 == UInt8(ascii: ".") }
        return parts.count == 4
            && parts.allSatisfy { part in part.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt8(part) != nil }
    }

    /// True if it is in brackets, where only an address stands, and has a colon, which no name has.
    private var isIPv6: Bool { name.begins(with: "[") && name.has(":") }
}
