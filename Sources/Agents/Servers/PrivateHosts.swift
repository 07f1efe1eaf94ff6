import HTTP

/// Servers within our own network that files may be fetched from all the same, as an agent's `allow_private` names them.
package struct PrivateHosts: Sendable, Equatable {
    /// `files.internal`, `files.internal:8080`, `10.1.2.3`, `[fd00::1]:8080`, `10.0.0.0/8`.
    package struct Entry: Sendable, Equatable {
        fileprivate enum Kind: Equatable {
            case name(ServerName)
            case network(IPNetwork)
        }

        fileprivate let kind: Kind
        /// nil for any.
        fileprivate let port: Int?

        /// nil for what is none.
        package init?(_ text: String) {
            let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
            if !text.utf8.starts(with: "[".utf8), colons > 1 || text.utf8.contains(UInt8(ascii: "/")) {
                guard let network = IPNetwork(text) else { return nil }
                (kind, port) = (.network(network), nil)
                return
            }
            guard text.utf8.last != UInt8(ascii: ":"),
                let server = ServerName(server: Array(text.utf8)[...], port: nil),
                server.port.map({ (1...65_535).contains($0) }) ?? true
            else { return nil }
            port = server.port
            switch server.kind {
            case .name: kind = .name(server)
            case .address(let address):
                guard let network = IPNetwork("\(address)") else { return nil }
                kind = .network(network)
            }
        }
    }

    private let entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    /// It is named itself, and so may lead anywhere.
    func names(_ server: ServerName) -> Bool {
        entries(for: server).contains {
            if case .name(let name) = $0.kind { name.isSameHost(as: server) } else { false }
        }
    }

    /// Addresses to which this server may lead although they are not public.
    func networks(for server: ServerName) -> [IPNetwork] {
        entries(for: server).compactMap { if case .network(let network) = $0.kind { network } else { nil } }
    }

    private func entries(for server: ServerName) -> [Entry] {
        entries.filter { $0.port == nil || $0.port == server.port }
    }
}
