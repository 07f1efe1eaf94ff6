import HTTP

/// Decides which servers files may be fetched from that somebody else has named: those of the world, the agent's own, and
/// those that its `allow_private` names.
struct FetchGate: Sendable {
    /// The URL of the agent, whose host it may name whatever that is.
    let home: ServerName?
    let allowed: PrivateHosts
    /// The connection goes to a proxy, which resolves names for us: only they can be judged.
    let isThroughProxy: Bool

    /// The decision about a URL.
    enum Verdict {
        case refused(String)
        /// Fetch it, if the address that is connected to passes; nil for any.
        case allowed((@Sendable (IPAddress) -> Bool)?)
    }

    func verdict(on url: String) -> Verdict {
        guard let server = ServerName(of: url) else { return .refused("its address names no plain server") }
        if server.isSameHost(as: home) || allowed.names(server) { return .allowed(nil) }
        let networks = allowed.networks(for: server)
        if case .address(let address) = server.kind, networks.contains(where: { $0.contains(address) }) {
            return .allowed(nil)
        }
        if let reason = server.innerReason { return .refused(FetchGate.words(reason)) }
        if isThroughProxy { return .allowed(nil) }
        return .allowed { address in address.isPublic || networks.contains { $0.contains(address) } }
    }

    /// Makes the text about a server whose name passed, and whose address did not.
    static func refusal(of address: String) -> String {
        words("its server is at \(address), which is no public address")
    }

    private static func words(_ reason: String) -> String { "\(reason): allow_private may name it" }
}
