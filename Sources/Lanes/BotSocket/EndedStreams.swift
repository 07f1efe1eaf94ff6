/// The ids of streams that have ended, the newest of them.
struct EndedStreams: Sendable {
    private var ids: Set<String> = []
    private var order: [String] = []
    private var oldest = 0

    private static let most = 4096

    func has(_ id: String) -> Bool { ids.contains(id) }

    mutating func add(_ id: String) {
        guard ids.insert(id).inserted else { return }
        guard order.count == EndedStreams.most else { return order.append(id) }
        ids.remove(exchange(&order[oldest], with: id))
        oldest = (oldest + 1) % EndedStreams.most
    }
}
