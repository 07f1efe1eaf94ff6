extension DatabaseOptions {
    /// The fewest connections that do: one for each task, and one on which others are heard.
    package static let leastConnections = Purpose.allCases.count + 1

    /// The connections of a database that is opened with these.
    package var count: Int {
        Purpose.allCases.reduce(hears ? 1 : 0) { $0 + max(1, connections[$1] ?? 1) }
    }

    /// Shares so many connections out among the tasks, besides the one on which others are heard. Each task has one at least, and
    /// heartbeats have exactly one: nothing else waits in front of them, so that more would be of no use.
    package static func connections(sharingOut count: Int) -> [Purpose: Int] {
        var shares = Dictionary(uniqueKeysWithValues: Purpose.allCases.map { ($0, 1) })
        let order: [Purpose] = [.accepting, .turns, .reading, .reading, .accepting, .turns, .sending]
        for number in 0..<max(0, count - leastConnections) { shares[order[number % order.count], default: 1] += 1 }
        return shares
    }
}
