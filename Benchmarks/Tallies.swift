import Router
import RouterServer
import SQLiteStore
import System

/// Measures how long `stats` takes over all the jobs of a store, page by page as the command asks, by each of its groupings.
enum Tallies {
    private static let rounds = 3

    static func run(_ arguments: inout Arguments) async throws {
        let count = try arguments.count()
        let apps = Estate(apps: 100).apps.map { Endpoint.app(AppKey(corpID: $0.corpID, agentID: $0.agentID)) }
        let directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        let file = try StoredJobs(at: directory.path + "/router.db")
        try file.addDelivered(count)
        try file.spread(over: apps)
        let store = try await SQLiteStore(at: file.path, serving: apps)
        for grouping in JobGrouping.allCases {
            for _ in 0..<rounds { print(grouping, try await tally(by: grouping, in: store)) }
        }
        await store.close()
        withExtendedLifetime(directory) {}
    }

    private struct Tally {
        var jobs = 0
        var pages = 0
        var longest = Duration.zero
        var all = Duration.zero
    }

    private static func tally(by grouping: JobGrouping, in store: SQLiteStore) async throws -> Tally {
        var tally = Tally()
        var filter = LedgerFilter()
        repeat {
            let began = MonotonicTime.now
            let page = try await store.tallies(by: grouping, matching: filter)
            let took = MonotonicTime.now.since(began)
            tally.jobs += page.items.reduce(0) { $0 + $1.counts.jobs }
            tally.pages += 1
            tally.longest = max(tally.longest, took)
            tally.all += took
            filter.before = page.next
        } while filter.before != nil
        return tally
    }

    private static func print(_ grouping: JobGrouping, _ tally: Tally) {
        StandardOutput.write(
            "stats by \(grouping.rawValue): \(tally.jobs) jobs in \(tally.all.inMilliseconds) ms, \(tally.pages) pages, "
                + "the longest \(tally.longest.inMilliseconds) ms\n")
    }
}
