/// Tells from which client a request comes when proxies stand in between.
package struct ClientAddresses: Sendable {
    private let proxies: [IPNetwork]
    private let known: [IPNetwork]

    /// `proxies` are believed when they say whom they speak for. Of `known` addresses it is taken for granted that they
    /// mean well.
    package init(proxies: [IPNetwork] = IPNetwork.loopback + IPNetwork.private, known: [IPNetwork] = []) {
        self.proxies = proxies
        self.known = known
    }

    /// The address that a request came from: the last in `X-Forwarded-For` that is none of the proxies', if one of these
    /// has brought it; else the other end of the connection. nil for a socket in the file system.
    package func client(of request: HTTPRequest) -> IPAddress? {
        guard let peer = request.peer else { return nil }
        guard isProxy(peer) else { return peer }
        // A proxy may add a field of its own behind the one that the client made up.
        let forwarded = request.headers.all("X-Forwarded-For").joined(separator: ",")
        for entry in forwarded.utf8.split(separator: UInt8(ascii: ",")).suffix(ClientAddresses.longestChain).reversed()
        {
            let text = String(decoding: entry.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            guard let address = IPAddress(text)?.canonical else { return peer }
            if !isProxy(address) { return address }
        }
        return peer
    }

    package func isKnown(_ client: IPAddress) -> Bool { known.contains { $0.contains(client) } }

    private func isProxy(_ address: IPAddress) -> Bool { proxies.contains { $0.contains(address) } }

    private static let longestChain = 16
}
