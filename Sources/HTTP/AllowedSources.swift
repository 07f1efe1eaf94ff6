/// The networks that requests may come from, wherever proxies stand in between.
package struct AllowedSources: Sendable {
    private let networks: [IPNetwork]
    private let addresses: ClientAddresses

    /// Nil for no networks: then requests may come from anywhere.
    package init?(_ networks: [IPNetwork], behind addresses: ClientAddresses) {
        guard !networks.isEmpty else { return nil }
        self.networks = networks
        self.addresses = addresses
    }

    /// True as well of a request through a socket in the file system, which has no address.
    package func admit(_ request: HTTPRequest) -> Bool {
        guard let client = addresses.client(of: request) else { return true }
        return networks.contains { $0.contains(client) }
    }
}
