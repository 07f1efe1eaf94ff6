import JSON
import Router
import StoreTesting
import TestSupport
import Testing
import WeCom

@Suite("What is remembered of a group", .timeLimit(.minutes(10))) struct GroupSessionTests {
    private let shared = Group()
    private let own = Group(hasOwnSessions: true)

    /// Has a member say something, which is answered and remembered. Returns the epoch, and what was remembered before.
    private func say(
        _ text: String, as user: String, id: Int, in group: Group, _ store: any Store
    ) async throws -> (job: ClaimedJob, before: JSONValue?) {
        guard case .job = try await store.accept(group.message(text, from: user, id: id), at: time(0)).effect else {
            throw Unexpected("no job")
        }
        let job = try await store.claimOne()
        let before = try await store.session(of: job.conversation, epoch: job.epoch, agent: "coder")
        let update = SessionUpdate(agent: "coder", state: ["by": .string(text)], isFresh: before == nil)
        try await store.settle(job, Settlement(.done, session: update))
        return (job, before?.state)
    }

    @Test(
        "a member's own session holds nothing of what others said, also after a restart",
        arguments: StoreUnderTest.available)
    func membersOwn(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await say("a1", as: "A", id: 1, in: own, test.store)
            #expect(first.job.member == UserID("a") && first.job.conversation == own.key && first.before == nil)
            #expect(try await say("b1", as: "b", id: 2, in: own, test.store).before == nil)
            try await test.restart()
            #expect(try await say("a2", as: "a", id: 3, in: own, test.store).before == ["by": "a1"])
            #expect(try await say("b2", as: "B", id: 4, in: own, test.store).before == ["by": "b1"])
        }
    }

    @Test("a shared session holds what all said", arguments: StoreUnderTest.available)
    func ofAll(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await say("a1", as: "a", id: 1, in: shared, test.store)
            #expect(first.job.member == nil)
            #expect(try await say("b1", as: "b", id: 2, in: shared, test.store).before == ["by": "a1"])
        }
    }

    @Test(
        "members with own sessions are answered one after another, in the order in which they wrote",
        arguments: StoreUnderTest.available)
    func order(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for (id, user) in ["a", "b", "a"].enumerated() {
                _ = try await test.store.accept(own.message("\(id)", from: user, id: id + 1), at: time(0))
            }
            for text in ["0", "1", "2"] {
                let jobs = try await test.store.claimAll()
                #expect(jobs.map(\.text) == [text])
                for job in jobs { try await test.store.settle(job, Settlement(.done)) }
            }
        }
    }

    @Test("/new begins the caller's own session afresh, and nobody else's", arguments: StoreUnderTest.available)
    func new(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await say("a1", as: "a", id: 1, in: own, test.store)
            _ = try await say("b1", as: "b", id: 2, in: own, test.store)
            let said = try await test.store.result(of: own.command(.new, from: "A", id: 3))
            #expect(said == ["\(CommandResult.newSession(waiting: 0))"])
            #expect(try await say("a2", as: "a", id: 4, in: own, test.store).before == nil)
            #expect(try await say("b2", as: "b", id: 5, in: own, test.store).before == ["by": "b1"])
        }
    }

    @Test("where it is shared /new begins the group's session afresh", arguments: StoreUnderTest.available)
    func newOfAll(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await say("a1", as: "a", id: 1, in: shared, test.store)
            _ = try await test.store.result(of: shared.command(.new, from: "b", id: 2))
            #expect(try await say("a2", as: "a", id: 3, in: shared, test.store).before == nil)
        }
    }

    @Test("an operator's reset of a group ends the sessions of all its members", arguments: StoreUnderTest.available)
    func reset(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await say("a1", as: "a", id: 1, in: own, test.store)
            _ = try await say("b1", as: "b", id: 2, in: own, test.store)
            #expect(try await test.store.beginEpoch(of: own.key, at: time(1)))
            #expect(try await say("a2", as: "a", id: 3, in: own, test.store).before == nil)
            #expect(try await say("b2", as: "b", id: 4, in: own, test.store).before == nil)
            #expect(try await say("a3", as: "a", id: 5, in: own, test.store).before == ["by": "a2"])
        }
    }

    @Test(
        "no session is another's when a group changes from shared sessions to own ones and back",
        arguments: StoreUnderTest.available)
    func change(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await say("all 1", as: "a", id: 1, in: shared, store)
            #expect(try await say("a1", as: "a", id: 2, in: own, store).before == nil)
            #expect(try await say("all 2", as: "a", id: 3, in: shared, store).before == ["by": "all 1"])
            #expect(try await say("a2", as: "a", id: 4, in: own, store).before == ["by": "a1"])
            _ = try await store.result(of: shared.command(.new, from: "b", id: 5))
            #expect(try await say("all 3", as: "b", id: 6, in: shared, store).before == nil)
            #expect(try await say("a3", as: "a", id: 7, in: own, store).before == nil)
        }
    }

    @Test(
        "messages of two members join one job where the session is shared, and never where each has their own",
        arguments: StoreUnderTest.available, [Conduct.WhileBusy.merge, .queue])
    func merging(_ kind: StoreUnderTest, _ whileBusy: Conduct.WhileBusy) async throws {
        for group in [shared, own] {
            try await kind.withStore { test in
                for (id, user) in ["a", "b", "b"].enumerated() {
                    let message = group.message("\(user)\(id)", from: user, id: id + 1) {
                        ($0.whileBusy, $0.mergeWindow) = (whileBusy, .seconds(60))
                    }
                    _ = try await test.store.accept(message, at: time(0))
                }
                let first = try await test.store.claimOne(at: time(100))
                #expect(first.texts == (group.hasOwnSessions ? ["a0"] : ["a0", "b1", "b2"]))
                guard group.hasOwnSessions else { return }
                try await test.store.settle(first, Settlement(.done), at: time(100))
                #expect(try await test.store.claimOne(at: time(100)).texts == ["b1", "b2"])
            }
        }
    }

    @Test("a member's message interrupts no turn of another's own session", arguments: StoreUnderTest.available)
    func interrupting(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await test.store.accept(own.message("long", from: "a", id: 1), at: time(0))
            let running = try await test.store.claimOne()
            let other = own.message("b", from: "b", id: 2) { $0.whileBusy = .interrupt }
            _ = try await test.store.accept(other, at: time(1))
            #expect(try await test.store.cancellations().isEmpty)
            let same = own.message("no, this", from: "a", id: 3) { $0.whileBusy = .interrupt }
            _ = try await test.store.accept(same, at: time(2))
            #expect(try await test.store.cancellations().map(\.lease) == [running.lease])
            try await test.store.settle(running, Settlement(.done), at: time(3))
            var texts: [[String]] = []
            while let job = try await test.store.claimAll(at: time(4)).first {
                texts.append(job.texts)
                try await test.store.settle(job, Settlement(.done), at: time(4))
            }
            #expect(texts == [["b"], ["long", "no, this"]])
        }
    }

    @Test("lists name the member of a session, and tell which goes on", arguments: StoreUnderTest.available)
    func lists(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await say("all", as: "a", id: 1, in: shared, test.store)
            _ = try await say("a1", as: "A", id: 2, in: own, test.store)
            _ = try await say("b1", as: "b", id: 3, in: own, test.store)
            _ = try await test.store.result(of: own.command(.new, from: "a", id: 4))
            let sessions = try await test.store.sessions(matching: LedgerFilter()).items
            #expect(sessions.map { $0.member?.text } == ["b", "a", nil])
            #expect(sessions.map(\.isCurrent) == [true, false, true])
            var filter = LedgerFilter()
            filter.user = UserID("B")
            #expect(try await test.store.sessions(matching: filter).items.map(\.epoch) == [sessions[0].epoch])
        }
    }

    @Test("a retry by an operator belongs to the session that the member has now", arguments: StoreUnderTest.available)
    func retry(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await test.store.accept(own.message("broken", from: "a", id: 1), at: time(0))
            let failed = try await test.store.claimOne()
            try await test.store.settle(failed, Settlement(.failed))
            _ = try await test.store.result(of: own.command(.new, from: "a", id: 2))
            _ = try await test.store.retry(failed.lease.job, at: time(6))
            let again = try await test.store.claimOne(at: time(6))
            #expect(again.member == UserID("a") && again.epoch > failed.epoch)
        }
    }
}
