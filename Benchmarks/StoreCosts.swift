import Router
import RouterServer
import SQLiteStore
import System

/// Measures the cost of a store's calls by what is in it: whether one that has grown, or that many apps share, is a slower
/// one.
enum StoreCosts {
    private static let rounds = 5
    private static let warmUp = 1000
    private static let calls = 9000
    private static let manyApps = 10_000
    private static let waiting = 100_000

    static func run(_ arguments: inout Arguments) async throws {
        let count = try arguments.count()
        let apps = Estate(apps: manyApps).apps.map { Endpoint.app(AppKey(corpID: $0.corpID, agentID: $0.agentID)) }
        let directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        let grown = try StoredJobs(at: directory.path + "/grown.db")
        try grown.addDelivered(count)

        var samples: [String: [[Double]]] = [:]
        for round in 0..<rounds {
            for apps in [Array(apps.prefix(1)), apps] {
                let empty = try StoredJobs(at: "\(directory.path)/empty-\(apps.count)-\(round).db")
                samples["empty-\(apps.count)", default: []].append(try await costs(of: empty, with: apps))
                samples["grown-\(apps.count)", default: []].append(try await costs(of: grown, with: apps))
            }
            let crowded = try StoredJobs(at: "\(directory.path)/crowded-\(round).db")
            try crowded.addWaiting(waiting)
            samples["crowded-1", default: []].append(try await costs(of: crowded, with: Array(apps.prefix(1))))
        }
        for (name, rounds) in samples.sorted(by: { $0.key < $1.key }) { TwoStores.print(name, rounds) }
        withExtendedLifetime(directory) {}
    }

    /// Conversations in which nothing waits in any of the files, in no order that the store would like.
    private static let idle = (0..<warmUp + Self.calls).map { number in
        let count = StoredJobs.conversations - waiting / 2 - 1
        return StoredJobs.conversations - number * 7919 % count
    }

    /// Microseconds for each call, of messages to conversations in which nothing waits.
    private static func costs(of file: StoredJobs, with apps: [Endpoint]) async throws -> [Double] {
        try file.spread(over: apps)
        let store = try await SQLiteStore(at: file.path, serving: apps)
        let calls = StoreCalls(store: store, apps: apps)
        _ = try await calls.run(Array(idle.prefix(warmUp)))
        let costs = try await calls.run(Array(idle.dropFirst(warmUp))).map(\.time)
        await store.close()
        return costs
    }
}
