import WeCom

/// The id of the newest message of each chat, under which more than one thing can be said. The newest chats are remembered.
struct NewestRequests {
    private var requests: [BotPeer: BotRequestID] = [:]
    private var order: [BotPeer] = []

    private static let most = 4096

    subscript(peer: BotPeer) -> BotRequestID? { requests[peer] }

    mutating func note(_ request: BotRequestID, of peer: BotPeer) {
        guard requests.updateValue(request, forKey: peer) == nil else { return }
        order.append(peer)
        if order.count > NewestRequests.most { requests[order.removeFirst()] = nil }
    }
}
