import Router
import SQLite
import System
import Testing
import WeCom

@testable import SQLiteStore

/// What accept, claim, settle, sending and housekeeping cost at a time must not grow with what is stored: no statement of
/// theirs reads a table from end to end, or sorts.
@Suite struct SQLitePlanTests {
    @Test("every statement on the way of a message finds its rows by an index")
    func plans() async throws {
        try await withStore { store, plansOfTheStart in
            try await useEverything(of: store)
            let known = Set(plansOfTheStart.map(\.sql))
            let written = try await store.database.write { try $0.plans() }.filter { !known.contains($0.sql) }
            let plans = written + (try await store.database.read { try $0.plans() })
            #expect(plans.count >= 34)
            for plan in plans {
                #expect(scannedTables(plan).isEmpty, "\(plan)")
                #expect(!plan.steps.contains { $0.contains("TEMP B-TREE") || $0.contains("AUTOMATIC") }, "\(plan)")
            }
            for index in indexes {
                #expect(plans.contains { $0.steps.contains { $0.contains(index) } }, "\(index) is of no use")
            }
        }
    }

    @Test("the start reads the small tables from end to end, and no other")
    func start() async throws {
        try await withStore { _, plans in
            #expect(plans.count >= 5)
            let small: Set = ["queue", "outbox", "apps", "sqlite_master"]
            for plan in plans { #expect(small.isSuperset(of: scannedTables(plan)), "\(plan)") }
        }
    }

    private let indexes = [
        "queue_ready", "queue_due", "outbox_ready", "outbox_due", "jobs_open", "deliveries_open",
        "deliveries_job", "deliveries_notices",
    ]

    private func scannedTables(_ plan: StatementPlan) -> Set<String> {
        let scans = plan.steps.filter {
            $0.hasPrefix("SCAN ") && !$0.hasPrefix("SCAN CONSTANT") && !$0.hasPrefix("SCAN (")
                && !$0.contains("jobs_running") && !$0.contains("questions_open")
        }
        return Set(scans.map { String($0.split(separator: " ")[1]) })
    }

    private func withStore(_ body: (SQLiteStore, [StatementPlan]) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        var options = DatabaseOptions()
        options.readers = 1  // whose plans are then those of all reads
        let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [appA, appB], options: options)
        do {
            try await body(store, try await store.database.write { try $0.plans() })
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    private func useEverything(of store: SQLiteStore) async throws {
        for id in 1...52 { _ = try await store.accept(submission("\(id)", id: id), at: time(0)) }
        _ = try await store.accept(submission("1", id: 1), at: time(0))
        try await store.accept("other", from: "lisi", to: AppKey(corpID: appA.corpID, agentID: .init(9)), id: 1)
        let job = try await store.claimOne()
        try await store.settle(job, Settlement(.done, parts: ["a", "b", "c", "d"].map { part($0) }))
        let first = try await store.claimDelivery()
        try await store.postpone(first.id, until: time(9), reason: "busy", at: time(0))
        let again = try await store.claimDelivery(at: time(9))
        try await store.markSent(again.id, SendReceipt(wecomID: "m"), at: time(9))
        try await store.markFailed(try await store.claimDelivery(at: time(9)).id, reason: "no", at: time(9))
        while let last = try await store.claim(1, for: "test", at: time(9)).first {
            try await store.settle(last, Settlement(.done), at: time(9))
        }
        _ = try await store.sendAll(at: time(9))
        let pruned = try await store.pruneAll(at: time(100_000))
        #expect(pruned.keys == 53 && pruned.jobs == 51 && pruned.notices == 1)
    }
}
