import System

/// The files that wait to be fetched before their turns begin, and whose is next: each bot's in their order, the bots by rotation.
struct FetchRotation {
    struct Item: Sendable {
        let file: SentFile
        let id: ReceivedFileID
        /// WeCom gives the file for so long.
        let until: Timestamp
        /// It is not tried before.
        var due: Timestamp
        var attempt = 1
    }

    struct Limits: Sendable {
        /// Files that are fetched at once.
        var running = 8
        /// Those of one bot among them: a server that drips holds up no other bot.
        var runningOfOne = 2
        var waiting = 10_000
        var waitingOfOne = 1000
    }

    private let limits: Limits
    private var lines: [Endpoint: [Item]] = [:]
    /// The bots that have lines, the next first.
    private var order: [Endpoint] = []
    private var runningOf: [Endpoint: Int] = [:]
    private var running = 0
    private(set) var waiting = 0
    /// Files that were not let in, or that waited for longer than WeCom gives them.
    private(set) var missed = 0

    init(_ limits: Limits = Limits()) { self.limits = limits }

    mutating func add(_ item: Item) {
        let line = lines[item.file.endpoint]?.count ?? 0
        guard waiting < limits.waiting, line < limits.waitingOfOne else {
            missed += 1
            return
        }
        if line == 0 { order.append(item.file.endpoint) }
        lines[item.file.endpoint, default: []].append(item)
        waiting += 1
    }

    /// Takes out the next that may run now.
    mutating func next(at now: Timestamp) -> Item? {
        guard running < limits.running else { return nil }
        for endpoint in order where runningOf[endpoint, default: 0] < limits.runningOfOne {
            guard let item = takeDue(of: endpoint, at: now) else { continue }
            order.removeAll { $0 == endpoint }
            if lines[endpoint] != nil { order.append(endpoint) }
            runningOf[endpoint, default: 0] += 1
            running += 1
            return item
        }
        return nil
    }

    /// Notes that one which was taken out runs no more.
    mutating func end(_ item: Item) {
        running -= 1
        let left = runningOf[item.file.endpoint, default: 0] - 1
        runningOf[item.file.endpoint] = left > 0 ? left : nil
    }

    /// The first of a bot's line that is due, behind those for which it is too late.
    private mutating func takeDue(of endpoint: Endpoint, at now: Timestamp) -> Item? {
        guard var line = lines[endpoint] else { return nil }
        let count = line.count
        line.removeAll { $0.until <= now }
        missed += count - line.count
        let item = line.firstIndex { $0.due <= now }.map { line.remove(at: $0) }
        waiting -= count - line.count
        lines[endpoint] = line.isEmpty ? nil : line
        if line.isEmpty { order.removeAll { $0 == endpoint } }
        return item
    }
}
