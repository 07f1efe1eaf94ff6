/// The host that a `Host` field or a URL names, without its port and in lower case.
struct HostField {
    /// An IPv6 address keeps its brackets.
    let name: String

    init(_ text: String) {
        let text = text.lowercased()
        name = String(text.hasPrefix("[") ? text.prefix { $0 != "]" } + "]" : text.prefix { $0 != ":" })
    }

    init(ofURL url: String) {
        let authority = url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first ?? ""
        self.init(String(authority))
    }

    /// Whether it is a literal address rather than a name that somebody's name server answers for.
    var isAddress: Bool { isIPv4 || isIPv6 }

    private var isIPv4: Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in part.utf8.allSatisfy { 0x30...0x39 ~= $0 } && UInt8(part) != nil }
    }

    /// Nothing but an address stands in brackets; a name has no colon.
    private var isIPv6: Bool { name.hasPrefix("[") && name.contains(":") }
}
