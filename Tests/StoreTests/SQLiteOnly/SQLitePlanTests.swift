import JSON
import Lifecycle
import Router
import SQLite
import StoreTesting
import System
import Testing
import WeCom

@testable import SQLiteStore

/// Tests that accept, claim, settle, sending and housekeeping do not cost more at a time when more is stored: no statement
/// of theirs reads a table from end to end, or sorts.
@Suite(.timeLimit(.minutes(10))) struct SQLitePlanTests {
    @Test("every statement on the way of a message finds its rows by an index")
    func plans() async throws {
        try await withStore { store, plansOfTheStart in
            try await useEverything(of: store)
            try await useTheChat(of: store)
            try await useTheGroup(of: store)
            let known = Set(plansOfTheStart.map(\.sql))
            let written = try await store.database.write { try $0.plans() }.filter { !known.contains($0.sql) }
            let plans = written + (try await store.database.read { try $0.plans() })
            #expect(plans.count >= 60)
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
            let small: Set = ["questions", "call_totals", "leases", "queue", "outbox", "apps", "sqlite_master"]
            for plan in plans { #expect(small.isSuperset(of: scannedTables(plan)), "\(plan)") }
        }
    }

    @Test("counting jobs looks at those of a page alone, found by their numbers, for every grouping")
    func tallies() async throws {
        try await withStore { store, _ in
            let before = Set(try await store.database.read { try $0.plans() }.map(\.sql))
            for grouping in JobGrouping.allCases {
                _ = try await store.tallies(by: grouping, matching: LedgerFilter())
            }
            let plans = try await store.database.read { try $0.plans() }.filter { !before.contains($0.sql) }
            #expect(plans.count == 2)
            for plan in plans {
                #expect(scannedTables(plan).isEmpty, "\(plan)")
                #expect(plan.steps.contains { $0.contains("USING INTEGER PRIMARY KEY (rowid") }, "\(plan)")
            }
        }
    }

    private let indexes = [
        "queue_ready", "queue_due", "outbox_ready", "outbox_due", "outbox_taken", "jobs_open", "deliveries_open",
        "deliveries_job", "deliveries_notices", "jobs_replays", "questions_open", "questions_job", "calls_arrived",
        "members_epochs",
    ]

    private func scannedTables(_ plan: StatementPlan) -> Set<String> {
        let scans = plan.steps.filter {
            $0.hasPrefix("SCAN ") && !$0.hasPrefix("SCAN CONSTANT") && !$0.hasPrefix("SCAN (")
                && !$0.contains("jobs_running") && !$0.contains("outbox_taken")
        }
        return Set(scans.map { String($0.split(separator: " ")[1]) })
    }

    private func withStore(_ body: (SQLiteStore, [StatementPlan]) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        var options = DatabaseOptions()
        options.readers = 1  // whose plans are then those of all reads
        let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [appA, appB], options: options)
        try await attempt {
            try await body(store, try await store.database.write { try $0.plans() })
        } finally: {
            await store.close()
        }
    }

    private func useEverything(of store: SQLiteStore) async throws {
        for id in 1...52 { _ = try await store.accept(submission("\(id)", id: id), at: time(0)) }
        _ = try await store.accept(submission("1", id: 1), at: time(0))
        try await store.accept("other", from: "lisi", to: try #require(Endpoint("ww_corp_a/9")), id: 1)
        let job = try await store.claimOne()
        try await store.settle(job, Settlement(.done, parts: ["a", "b", "c", "d"].map { part($0) }))
        let first = try await store.claimDelivery()
        try await store.postpone(first, until: time(9), reason: "busy", at: time(0))
        let again = try await store.claimDelivery(at: time(9))
        try await store.markSent(again, SendReceipt(wecomID: "m"), at: time(9))
        try await store.renewSendings(of: "test", for: .seconds(60), at: time(9))
        #expect(try await store.rescueSendings(except: "other", at: time(9)) == 0)
        #expect(try await store.renewNode(of: "nobody", for: .seconds(60), at: time(9)) == false)
        try await store.markFailed(try await store.claimDelivery(at: time(9)), reason: "no", at: time(9))
        while let last = try await store.claim(1, for: "test", at: time(9)).first {
            try await store.settle(last, Settlement(.done), at: time(9))
        }
        _ = try await store.sendAll(at: time(9))
        let pruned = try await store.pruneAll(at: time(100_000))
        #expect(pruned.keys == 53 && pruned.jobs == 51 && pruned.notices == 1)
    }

    /// Runs the statements of what the members of a group do, each with a session of their own.
    private func useTheGroup(of store: SQLiteStore) async throws {
        let (group, now) = (Group(hasOwnSessions: true), time(100_000))
        for (id, user) in ["a", "b", "a"].enumerated() {
            let message = group.message("hello", from: user, id: id + 1) { $0.whileBusy = .merge }
            _ = try await store.accept(message, at: now)
        }
        for (id, command) in [ChatCommand.status, .queue, .new, .drop(1), .retry, .stop].enumerated() {
            _ = try await store.accept(group.command(command, from: "a", id: 10 + id), at: now)
        }
        let shared = Group()
        for (id, user) in ["a", "b"].enumerated() {
            let message = shared.message("hello", from: user, id: id + 20) { $0.mergeWindow = .seconds(5) }
            _ = try await store.accept(message, at: now)
        }
        _ = try await store.accept(shared.command(.stop, from: "b", id: 30), at: now)
        #expect(try await store.beginEpoch(of: group.key, at: now))
        let job = try #require(try await store.jobs(in: nil, matching: LedgerFilter()).items.first)
        let said = JobFeedback(of: UserID("a"), at: now, .accurate)
        _ = try await store.keep(said, on: job.id, of: job.endpoint, with: Peer(job.peer))
        _ = try await store.job(job.id)
    }

    /// Runs the statements of what agents remember, ask and tell, and of what people have us do.
    private func useTheChat(of store: SQLiteStore) async throws {
        let now = time(100_000)
        try await store.accept("clean up", id: 100, at: now)
        let job = try await store.claimOne(at: now)
        #expect(try await store.keep(SessionUpdate(agent: "a", state: [:], isFresh: true), for: job.lease, at: now))
        _ = try await store.session(of: job.conversation, epoch: 0, agent: "a")
        let options = ["yes", "no"].map { Question.Option($0, $0) }
        for key in ["1", "2"] {
            let asked = AskedQuestion(
                Question("May I?", options: options, key: key), to: address(), as: .card, saying: .english,
                within: .least)
            let id = try await store.ask(asked, for: job.lease, at: now)
            #expect(id != nil)
            while let sent = try await store.claimDeliveries(1, at: now).first {
                try await store.markSent(sent, SendReceipt(responseCode: "code"), at: now)
            }
        }
        _ = try await store.accept(submission("yes", id: 101), at: now)
        #expect(try await store.answers(to: job.lease.job).count == 1)
        let token = CallToken("token").digest
        #expect(try await store.admit(token, for: .events, to: job.lease, at: now))
        for seq in 1...2 {
            let call = AgentCall(seq: Int64(seq), body: ["type": "progress"])
            #expect(try await store.take(call, about: job.lease.job, proving: token) == .taken)
        }
        #expect(try await store.calls(about: job.lease.job, after: 0).count == 2)
        for (id, whileBusy) in [Conduct.WhileBusy.merge, .merge, .interrupt].enumerated() {
            _ = try await store.accept(submission("more", id: 110 + id) { $0.whileBusy = whileBusy }, at: now)
        }
        try await store.settle(job, Settlement(.done), at: now)
        try await store.settle(try await store.claimOne(at: now), Settlement(.failed), at: now)
        for (id, command) in [ChatCommand.status, .queue, .drop(1), .retry, .new, .stop].enumerated() {
            let plain = submission("", id: 120 + id)
            _ = try await store.accept(
                Submission(
                    key: plain.key, conversation: plain.conversation,
                    .command(CommandRequest(command, from: address(), within: .least) { "\($0)" })), at: now)
        }
        _ = try await store.sessions(matching: LedgerFilter())
        _ = try await store.pruneSessions(unusedSince: time(200_000), behind: nil)
    }
}
