import HTTP

/// The server that a URL leads to, as whoever fetches from it understands that.
struct ServerName: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// In lower case, without a dot at its end.
        case name(String)
        case address(IPAddress)
    }

    let kind: Kind
    /// The port, where the URL has one, or its scheme a usual one.
    let port: Int?

    /// nil where it is not plain which server is meant.
    init?(of url: String) {
        let bytes = Array(url.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let authority = bytes[(colon + 3)...].prefix { !"/?#".utf8.contains($0) }
        // Names of users stand before it, whatever is in them.
        let server = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? []
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        self.init(server: server, port: ["http": 80, "https": 443][scheme])
    }

    /// Reads `host`, `host:port`, `1.2.3.4`, `[::1]` or `[::1]:port`; `port` is what counts where none is written.
    init?(server: ArraySlice<UInt8>, port usual: Int?) {
        let isBracketed = server.first == UInt8(ascii: "[")
        let host: ArraySlice<UInt8>
        var rest: ArraySlice<UInt8>
        if isBracketed {
            guard let end = server.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            (host, rest) = (server[..<end].dropFirst(), server[(end + 1)...])
        } else {
            host = server.prefix { $0 != UInt8(ascii: ":") }
            rest = server[host.endIndex...]
        }
        if rest.isEmpty {
            port = usual
        } else {
            guard rest.removeFirst() == UInt8(ascii: ":"), rest.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            // Of a port that is not written after all, the usual one is meant.
            port = rest.isEmpty ? usual : Int(String(decoding: rest, as: UTF8.self)) ?? -1
        }
        guard let kind = isBracketed ? ServerName.address(host) : ServerName.kind(host) else { return nil }
        self.kind = kind
    }

    private static func address(_ host: ArraySlice<UInt8>) -> Kind? {
        IPAddress(v6: String(decoding: host, as: UTF8.self)).map { .address($0.canonical) }
    }

    private static func kind(_ host: ArraySlice<UInt8>) -> Kind? {
        var host = String(decoding: host, as: UTF8.self).lowercased()
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
        guard IPAddress.looksLikeV4(host) else { return .name(host) }
        return IPAddress(v4: host).map { .address($0) }
    }

    /// The same server, at whichever port.
    func isSameHost(as other: ServerName?) -> Bool { kind == other?.kind }

    /// True if it is on the machine that asks.
    package var isThisMachine: Bool {
        switch kind {
        case .name(let name): name == "localhost" || name.hasSuffix(".localhost")  // short: the owner writes it
        case .address(let address): ServerName.loopback.contains { $0.contains(address) }
        }
    }

    private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { IPNetwork($0) }

    /// The reason why it can be nowhere in the world, by its name or its address alone; nil where it can.
    var innerReason: String? {
        switch kind {
        case .address(let address): address.isPublic ? nil : "\(address) is no public address"
        case .name(let name):
            if !name.utf8.contains(UInt8(ascii: ".")) {
                "\(name) is a name without a dot"
            } else if let ending = ServerName.innerEndings.first(where: name.hasSuffix) {
                "\(name) ends in \(ending)"
            } else {
                nil
            }
        }
    }

    /// Names that are resolved within a network alone, by the standards or by custom.
    private static let innerEndings = [
        ".localhost", ".localdomain", ".local", ".internal", ".svc", ".lan", ".home.arpa", ".home", ".corp",
        ".intranet", ".private",
    ]
}
