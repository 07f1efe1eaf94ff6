import WeCom

/// The newest of some ids.
struct RecentIDs: Sendable {
    private var ids: Set<BotRequestID> = []
    private var order: [BotRequestID] = []
    private var oldest = 0

    private static let most = 4096

    func has(_ id: BotRequestID) -> Bool { ids.contains(id) }

    mutating func add(_ id: BotRequestID) {
        guard ids.insert(id).inserted else { return }
        guard order.count == RecentIDs.most else { return order.append(id) }
        ids.remove(exchange(&order[oldest], with: id))
        oldest = (oldest + 1) % RecentIDs.most
    }
}
