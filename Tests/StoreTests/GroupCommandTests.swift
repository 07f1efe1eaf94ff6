import Router
import StoreTesting
import TestSupport
import Testing
import WeCom

@Suite("Commands in a group touch the caller's own work alone", .timeLimit(.minutes(10))) struct GroupCommandTests {
    private let group = Group()

    /// A group in which the turn of `a` runs, and messages of `b`, `a` and `b` wait.
    private func withBusyGroup(
        _ kind: StoreUnderTest, _ body: (any Store, ClaimedJob) async throws -> Void
    ) async throws {
        try await kind.withStore { test in
            for (id, user) in ["a", "b", "a", "b"].enumerated() {
                _ = try await test.store.accept(group.message("\(user)\(id)", from: user, id: id + 1), at: time(0))
            }
            try await body(test.store, try await test.store.claimOne())
        }
    }

    private func left(in store: any Store) async throws -> [String] {
        var texts: [String] = []
        while let job = try await store.claimAll(at: time(9)).first {
            texts.append(job.text)
            try await store.settle(job, Settlement(.done), at: time(9))
        }
        return texts
    }

    @Test("/stop leaves another's turn and another's messages, and says so", arguments: StoreUnderTest.available)
    func stopOfOthers(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, running in
            let said = try await store.result(of: group.command(.stop, from: "B", id: 10))
            #expect(said == ["\(CommandResult.stopped(running: false, waiting: 2, others: true))"])
            #expect(try await store.cancellations().isEmpty)
            try await store.settle(running, Settlement(.done), at: time(8))
            #expect(try await left(in: store) == ["a2"])
        }
    }

    @Test("/stop by who wrote it stops a turn, and cancels what waits of theirs", arguments: StoreUnderTest.available)
    func stopOfOwn(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, running in
            let said = try await store.result(of: group.command(.stop, from: "a", id: 10))
            #expect(said == ["\(CommandResult.stopped(running: true, waiting: 1))"])
            #expect(
                try await store.cancellations() == [Cancellation(lease: running.lease, reason: Cancellation.stopped)])
            try await store.settle(running, Settlement(.done), at: time(8))
            #expect(try await left(in: store) == ["b1", "b3"])
        }
    }

    @Test("/stop by a member who has nothing there changes nothing", arguments: StoreUnderTest.available)
    func stranger(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, running in
            let said = try await store.result(of: group.command(.stop, from: "c", id: 10))
            #expect(said == ["\(CommandResult.stopped(running: false, waiting: 0, others: true))"])
            try await store.settle(running, Settlement(.done), at: time(8))
            #expect(try await left(in: store) == ["b1", "a2", "b3"])
        }
    }

    @Test("/queue lists the caller's own, and its numbers are those of the list", arguments: StoreUnderTest.available)
    func queue(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, running in
            #expect(
                try await store.result(of: group.command(.queue, from: "b", id: 10))
                    == ["\(CommandResult.queue(["b1", "b3"]))"])
            #expect(
                try await store.result(of: group.command(.drop(2), from: "a", id: 11))
                    == ["\(CommandResult.noSuchItem(2))"])
            #expect(
                try await store.result(of: group.command(.drop(2), from: "b", id: 12))
                    == ["\(CommandResult.dropped("b3"))"])
            try await store.settle(running, Settlement(.done), at: time(8))
            #expect(try await left(in: store) == ["b1", "a2"])
        }
    }

    @Test("/status shows the caller's own, and that others' is at work", arguments: StoreUnderTest.available)
    func status(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, running in
            let others = ConversationStatus(current: nil, isOthers: true, waiting: 2, question: nil)
            let toOther = try await store.result(of: group.command(.status, from: "b", id: 10))
            #expect(toOther == ["\(CommandResult.status(others))"])
            let own = ConversationStatus(
                current: .init(job: running.lease.job, text: "a0", phase: .running(since: time(0))), waiting: 1,
                question: nil)
            let toSender = try await store.result(of: group.command(.status, from: "a", id: 11))
            #expect(toSender == ["\(CommandResult.status(own))"])
        }
    }

    @Test("/status shows no question of another's job", arguments: StoreUnderTest.available)
    func question(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, running in
            let asked = AskedQuestion(
                Question("May I?", options: [.init("a", "A"), .init("b", "B")]), to: group.address, as: .text,
                saying: .english, within: .least)
            #expect(try await store.ask(asked, for: running.lease, at: time(1)) != nil)
            _ = try await store.sendAll(at: time(1))
            let said = try await store.result(of: group.command(.status, from: "b", id: 10))
            #expect(said.first?.contains("May I?") == false, "\(said)")
        }
    }

    @Test("/new counts the caller's own messages that are still to be answered", arguments: StoreUnderTest.available)
    func new(_ kind: StoreUnderTest) async throws {
        try await withBusyGroup(kind) { store, _ in
            for (user, count) in [("c", 0), ("b", 2)] {
                let said = try await store.result(of: group.command(.new, from: user, id: 10 + count))
                #expect(said == ["\(CommandResult.newSession(waiting: count))"])
            }
        }
    }

    @Test("/retry runs nobody else's message again", arguments: StoreUnderTest.available)
    func retry(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(group.message("broken", from: "a", id: 1), at: time(0))
            try await store.settle(try await store.claimOne(), Settlement(.failed))
            #expect(
                try await store.result(of: group.command(.retry, from: "b", id: 2))
                    == ["\(CommandResult.nothingToRetry)"])
            #expect(
                try await store.result(of: group.command(.retry, from: "A", id: 3))
                    == ["\(CommandResult.retried("broken"))"])
            #expect(try await left(in: store) == ["broken"])
        }
    }

    @Test(
        "/retry runs the caller's own last message again, whoever's came or ended after it, over a restart, too",
        arguments: StoreUnderTest.available)
    func retryOfOwn(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for (id, user) in ["a", "b", "b"].enumerated() {
                _ = try await test.store.accept(group.message("\(user)\(id)", from: user, id: id + 1), at: time(0))
            }
            let first = try await test.store.claimOne()
            // What waits ends before what runs.
            #expect(
                try await test.store.result(of: group.command(.drop(2), from: "b", id: 10))
                    == ["\(CommandResult.dropped("b2"))"])
            try await test.store.settle(first, Settlement(.failed), at: time(6))
            try await test.store.settle(try await test.store.claimOne(at: time(6)), Settlement(.done), at: time(7))
            try await test.restart()
            for (id, user, words) in [(11, "A", "a0"), (12, "b", "b2")] {
                #expect(
                    try await test.store.result(of: group.command(.retry, from: user, id: id), at: time(8))
                        == ["\(CommandResult.retried(words))"])
            }
            #expect(
                try await test.store.result(of: group.command(.retry, from: "c", id: 13), at: time(8))
                    == ["\(CommandResult.nothingToRetry)"])
            #expect(try await left(in: test.store) == ["a0", "b2"])
        }
    }

    @Test(
        "a word that may mean /retry does for a member whose own message went wrong, while others' wait",
        arguments: StoreUnderTest.available)
    func retryWord(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(group.message("broken", from: "a", id: 1), at: time(0))
            try await store.settle(try await store.claimOne(), Settlement(.failed))
            _ = try await store.accept(group.message("other", from: "b", id: 2), at: time(1))
            func say(from user: String, id: Int) async throws -> Effect {
                var submission = group.message("again", from: user, id: id)
                guard case .job(let job) = submission.request else { throw Unexpected("\(submission.request)") }
                var request = CommandRequest(.retry, from: group.address, within: .least) { "\($0)" }
                (request.caller, request.otherwise) = (UserID(user), job)
                submission = Submission(key: submission.key, conversation: submission.conversation, .command(request))
                return try await store.accept(submission, at: time(2)).effect
            }
            #expect(try await say(from: "a", id: 3) == .command(.retry))
            guard case .job = try await say(from: "a", id: 4) else { throw Unexpected("it is retried twice") }
            guard case .job = try await say(from: "b", id: 5) else { throw Unexpected("nothing of theirs went wrong") }
        }
    }

    // MARK: Jobs with messages of several

    private func joined(_ store: any Store) async throws {
        for (id, user) in ["a", "b"].enumerated() {
            let message = group.message("\(user)\(id)", from: user, id: id + 1) {
                ($0.whileBusy, $0.mergeWindow) = (.merge, .seconds(2))
            }
            _ = try await store.accept(message, at: time(0))
        }
    }

    @Test("who stops a job that waits with others' messages takes out theirs", arguments: StoreUnderTest.available)
    func joinedWaiting(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await joined(test.store)
            let said = try await test.store.result(of: group.command(.stop, from: "a", id: 10), at: time(1))
            #expect(said == ["\(CommandResult.stopped(running: false, waiting: 1))"])
            #expect(try await test.store.stream("s-1")?.isOver == true)
            #expect(try await test.store.stream("s-2")?.isOver == false)
            #expect(try await left(in: test.store) == ["b1"])
        }
    }

    @Test(
        "a turn that answers several runs again for the others when one stops it, at no cost of a try, and ends when the last does",
        arguments: StoreUnderTest.available)
    func joinedRunning(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await joined(store)
            let running = try await store.claimOne(at: time(3))
            #expect(running.texts == ["a0", "b1"])
            let said = try await store.result(of: group.command(.stop, from: "a", id: 10))
            #expect(said == ["\(CommandResult.stopped(running: true, waiting: 0))"])
            #expect(try await store.cancellations().map(\.reason) == [Cancellation.reduced])
            try await store.settle(running, Settlement(.done, parts: [Part(to: group.address, "half")]), at: time(6))
            #expect(try await store.sendAll(at: time(6)).isEmpty)
            let again = try await store.claimOne(at: time(7))
            #expect(again.texts == ["b1"] && again.attempt == 1 && again.lease.job == running.lease.job)
            _ = try await store.result(of: group.command(.stop, from: "b", id: 11), at: time(8))
            try await store.settle(again, Settlement(.done), at: time(8))
            #expect(try await store.job(again.lease.job)?.summary.state == .cancelled)
        }
    }

    @Test(
        "an operator cancels the work of all, also of a turn that one of several has stopped",
        arguments: StoreUnderTest.available)
    func byAnOperator(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await joined(store)
            let running = try await store.claimOne(at: time(3))
            _ = try await store.result(of: group.command(.stop, from: "a", id: 10))
            #expect(try await store.cancel(running.lease.job, why: "enough", notice: "gone", at: time(6)) == .stopping)
            try await store.settle(running, Settlement(.done), at: time(7))
            #expect(try await store.job(running.lease.job)?.summary.state == .cancelled)
        }
    }
}
