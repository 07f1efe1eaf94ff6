import Router

/// The streams of a bot's answers that have had their last frame, each with the delivery that was it: a repeat of that one
/// is the same frame again, and others go as messages of their own. The newest are remembered.
struct SealedStreams {
    private var sealers: [String: DeliveryID] = [:]
    private var order: [String] = []

    private static let most = 4096

    /// True if this delivery is the stream's last frame, now or before.
    mutating func seal(_ request: String, by delivery: DeliveryID) -> Bool {
        if let sealer = sealers[request] { return sealer == delivery }
        sealers[request] = delivery
        order.append(request)
        if order.count > Self.most { sealers[order.removeFirst()] = nil }
        return true
    }
}
