import HTTP

/// The server that a URL leads to, as whoever fetches from it understands that.
struct ServerName: Equatable {
    private enum Kind: Equatable {
        /// In lower case, without a dot at its end.
        case name(String)
        case address(IPAddress)
    }

    private let kind: Kind

    /// nil where it is not plain which server is meant.
    init?(of url: String) {
        guard let scheme = url.ranges(of: "://").first else { return nil }
        let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        // Names of users stand before it, whatever is in them.
        let server = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        if server.hasPrefix("[") {
            guard let address = IPAddress(v6: server.dropFirst().prefix { $0 != "]" }) else { return nil }
            kind = .address(address)
            return
        }
        var host = server.prefix { $0 != ":" }.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        // Anything else would be decoded or folded to we do not know what.
        let isPlain = host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, !host.isEmpty else { return nil }
        if IPAddress.looksLikeV4(host) {
            guard let address = IPAddress(v4: host) else { return nil }
            kind = .address(address)
        } else {
            kind = .name(host)
        }
    }

    /// Whether it can be somewhere in the world, by its name or its address alone.
    var isPublic: Bool {
        switch kind {
        case .address(let address): address.isPublic
        case .name(let name):
            !ServerName.inner.contains(name) && !ServerName.innerEndings.contains(where: name.hasSuffix)
        }
    }

    private static let inner: Set = ["localhost", "ip6-localhost", "ip6-loopback", "metadata"]
    private static let innerEndings = [".localhost", ".localdomain", ".local", ".internal"]
}
