import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

@Suite("Commands from the chat, as effects of accept", .timeLimit(.minutes(10))) struct ChatCommandTests {
    /// Gives a command as somebody does, and hands out what it came to.
    @discardableResult
    private func give(
        _ command: ChatCommand, from user: String = "zhangsan", id: Int, to store: any JobStore,
        at now: Timestamp = time(5), perMinute limit: Int? = nil
    ) async throws -> Acceptance {
        let plain = submission("", from: user, id: id)
        var request = CommandRequest(command, from: address(user), within: .least) { "\($0)" }
        request.messagesPerMinute = limit
        return try await store.accept(
            Submission(key: plain.key, conversation: plain.conversation, .command(request)), at: now)
    }

    /// A message that adds itself to what waits.
    private func merging(_ text: String, id: Int, _ whileBusy: Conduct.WhileBusy = .merge) -> Submission {
        submission(text, id: id) { $0.whileBusy = whileBusy }
    }

    @Test(
        "/stop cancels what waits at once and has what runs stopped; when that is gone the person is told, and what was shown stays",
        arguments: StoreUnderTest.available)
    func stop(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for (id, text) in ["first", "second", "third"].enumerated() { try await store.accept(text, id: id) }
            let running = try await store.claimOne()
            #expect(try await give(.stop, id: 10, to: store).effect == .command(.stop))
            #expect(
                try await store.cancellations() == [
                    Cancellation(lease: running.lease, reason: Cancellation.stopped)
                ])
            #expect(try await store.sendAll() == ["\(CommandResult.stopped(running: true, waiting: 2))"])
            var settlement = Settlement(.done, parts: [part("too late")])
            settlement.whenStopped = [part("it has stopped")]
            settlement.remains = [part("so far")]
            try await store.settle(running, settlement, at: time(6))
            #expect(try await store.sendAll() == ["it has stopped", "so far"])
            #expect(try await store.claimAll(at: time(7)).isEmpty)
            try await store.accept("fourth", id: 20, at: time(8))
            #expect(try await store.claimAll(at: time(8)).map(\.text) == ["fourth"])
        }
    }

    @Test(
        "the first message of a fresh session begins it without a word, and answers no question of the one before",
        arguments: StoreUnderTest.available)
    func opening(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("before", id: 1)
            let running = try await store.claimOne()
            let plain = submission("1", id: 2)
            guard case .job(let job) = plain.request else { throw Unexpected("\(plain.request)") }
            var request = CommandRequest(.new, from: address("zhangsan"), within: .least) { "\($0)" }
            request.begin(with: job)
            let opening = Submission(key: plain.key, conversation: plain.conversation, .command(request))
            let acceptance = try await store.accept(opening, at: time(5))
            guard case .job(let id) = acceptance.effect else { throw Unexpected("\(acceptance)") }
            #expect(try await store.accept(opening, at: time(6)) == Acceptance(.job(id), isRepeat: true))
            #expect(try await store.sendAll().isEmpty)
            try await store.settle(running, Settlement(.done), at: time(7))
            let first = try await store.claimOne(at: time(8))
            #expect(first.text == "1" && first.epoch > running.epoch)
        }
    }

    // MARK: Words that may be the agent's

    /// Says a word that is a command while there is something that it can mean.
    private func say(
        _ text: String, meaning command: ChatCommand, id: Int, to store: any JobStore
    ) async throws -> Effect {
        let plain = submission(text, id: id)
        guard case .job(let job) = plain.request else { throw Unexpected("\(plain.request)") }
        var request = CommandRequest(command, from: address("zhangsan"), within: .least) { "\($0)" }
        request.otherwise = job
        return try await store.accept(
            Submission(key: plain.key, conversation: plain.conversation, .command(request)), at: time(Int64(id))
        ).effect
    }

    @Test(
        "an ambiguous word is a command while something runs or waits, else a message for the agent",
        arguments: StoreUnderTest.available, [ChatCommand.stop, .status, .queue, .drop(1)])
    func ambiguous(_ kind: StoreUnderTest, command: ChatCommand) async throws {
        try await kind.withStore { test in
            guard case .job(let job) = try await say("word", meaning: command, id: 1, to: test.store) else {
                throw Unexpected("no job")
            }
            #expect(try await say("word", meaning: command, id: 1, to: test.store) == .job(job), "a repeat")
            #expect(try await say("word", meaning: command, id: 2, to: test.store) == .command(command.name))
            let isGone = command == .stop || command == .drop(1)
            #expect(try await test.store.claimAll(at: time(3)).map(\.text) == (isGone ? [] : ["word"]))
        }
    }

    @Test(
        "an ambiguous retry is one behind a message that went wrong, and nothing else",
        arguments: StoreUnderTest.available)
    func ambiguousRetry(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            func isCommand(_ id: Int) async throws -> Bool {
                try await say("again", meaning: .retry, id: id, to: test.store) == .command(.retry)
            }
            #expect(try await !isCommand(1), "nothing has ended")
            let first = try await test.store.claimOne(at: time(2))
            #expect(try await !isCommand(2), "something runs")
            try await test.store.settle(first, Settlement(.failed), at: time(3))
            try await test.store.settle(try await test.store.claimOne(at: time(3)), Settlement(.done), at: time(4))
            #expect(try await !isCommand(5), "the last went well")
            try await test.store.settle(try await test.store.claimOne(at: time(6)), Settlement(.failed), at: time(7))
            #expect(try await isCommand(8))
            #expect(try await !isCommand(9), "it is being tried again")
        }
    }

    @Test("a repeat of /stop stops nothing that came after it", arguments: StoreUnderTest.available)
    func repeated(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("first", id: 1)
            try await give(.stop, id: 2, to: store)
            try await store.accept("second", id: 3)
            let running = try await store.claimOne()
            try await test.restart()
            let again = try await give(.stop, id: 2, to: test.store)
            #expect(again == Acceptance(.command(.stop), isRepeat: true))
            #expect(try await test.store.cancellations().isEmpty)
            #expect(try await test.store.claimAll(at: time(9)).map(\.lease.job) == [running.lease.job])
        }
    }

    @Test("a second /stop finds what the first has not ended yet", arguments: StoreUnderTest.available)
    func impatient(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("long", id: 1)
            _ = try await test.store.claimOne()
            for id in 2...3 { try await give(.stop, id: id, to: test.store) }
            #expect(
                try await test.store.sendAll()
                    == [String](repeating: "\(CommandResult.stopped(running: true, waiting: 0))", count: 2))
        }
    }

    @Test("after /stop a question is nobody's any more: a number is a message", arguments: StoreUnderTest.available)
    func numberAfterStop(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("clean up", id: 1)
            let asked = AskedQuestion(
                Question("Which?", options: [.init("a", "A"), .init("b", "B")]), to: address(), as: .text,
                saying: .english, within: .least)
            let question = try #require(try await test.store.ask(asked, for: job.lease, at: time(1)))
            try await give(.stop, id: 2, to: test.store)
            #expect(try await test.store.endings(of: [question]) == [question: .withdrawn])
            try await test.store.accept("1", id: 3, at: time(6))
        }
    }

    @Test("who gives too many commands hears of a few, and is obeyed", arguments: StoreUnderTest.available)
    func tooMany(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...9 { try await give(.status, id: id, to: test.store, perMinute: 3) }
            #expect(try await test.store.sendAll().count == 3)
            try await test.store.accept("long", id: 10)
            _ = try await test.store.claimOne()
            try await give(.stop, id: 11, to: test.store, perMinute: 3)
            #expect(try await test.store.cancellations().count == 1)
            #expect(try await test.store.sendAll().isEmpty)
        }
    }

    @Test("/stop concerns its own conversation alone", arguments: StoreUnderTest.available)
    func own(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("mine", from: "a", id: 1)
            try await test.store.accept("mine, too", to: appB, id: 2)
            let jobs = try await test.store.claimAll()
            try await give(.stop, from: "b", id: 3, to: test.store)
            #expect(jobs.count == 2)
            #expect(try await test.store.cancellations().isEmpty)
        }
    }

    @Test("/stop frees a conversation that waits for its next try", arguments: StoreUnderTest.available)
    func waiting(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("flaky", id: 1)
            try await test.store.settle(job, Settlement(.waiting, due: time(1000)))
            try await give(.stop, id: 2, to: test.store)
            try await test.store.accept("next", id: 3, at: time(6))
            #expect(try await test.store.claimAll(at: time(6)).map(\.text) == ["next"])
        }
    }

    @Test(
        "what was to be stopped when the server went down is cancelled, and the person is told",
        arguments: StoreUnderTest.available)
    func crash(_ kind: StoreUnderTest) async throws {
        var texts = ChatTexts.chinese
        texts.stopped = "it has stopped"
        let app = try app(appA, texts: texts)
        let recovery = CrashRecovery { $0 == appA ? app : nil }
        try await kind.withStore(recovery: recovery) { test in
            try await test.store.accept("long", id: 1)
            _ = try await test.store.claimOne()
            try await give(.stop, id: 2, to: test.store)
            try await test.crash()
            #expect(try await test.store.claimAll(at: time(6)).isEmpty)
            #expect(try await test.store.sendAll(at: time(6)).contains("it has stopped"))
        }
    }

    @Test("/new begins the next epoch; what was accepted before keeps its own", arguments: StoreUnderTest.available)
    func new(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("before", id: 1)
            try await give(.new, id: 2, to: test.store)
            try await give(.new, id: 2, to: test.store)
            let first = try await test.store.begin("after", id: 3)
            try await test.store.settle(first, Settlement(.done))
            let second = try await test.store.claimOne()
            #expect([first.epoch, second.epoch] == [0, 1])
            #expect(try await test.store.sendAll() == ["\(CommandResult.newSession(waiting: 1))"])
        }
    }

    @Test(
        "what comes after /new joins nothing that waits in the session before, and stops nothing of it",
        arguments: StoreUnderTest.available, [Conduct.WhileBusy.merge, .interrupt])
    func newAndMerge(_ kind: StoreUnderTest, _ whileBusy: Conduct.WhileBusy) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(merging("running", id: 1, whileBusy), at: time(0))
            let running = try await store.claimOne()
            if whileBusy == .merge { _ = try await store.accept(merging("waiting", id: 2), at: time(1)) }
            try await give(.new, id: 3, to: store)
            _ = try await store.accept(merging("new", id: 4, whileBusy), at: time(6))
            #expect(try await store.cancellations().isEmpty)
            try await store.settle(running, Settlement(.done))
            var epochs: [String: Int64] = [:]
            while let job = try await store.claimAll(at: time(7)).first {
                epochs[job.text] = job.epoch
                try await store.settle(job, Settlement(.done))
            }
            #expect(epochs == (whileBusy == .merge ? ["waiting": 0, "new": 1] : ["new": 1]))
        }
    }

    @Test("a message whose interruption is dropped runs again", arguments: StoreUnderTest.available)
    func dropped(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(merging("first", id: 1, .interrupt), at: time(0))
            let running = try await store.claimOne()
            _ = try await store.accept(merging("second", id: 2, .interrupt), at: time(1))
            try await give(.drop(1), id: 3, to: store)
            try await store.settle(running, Settlement(.done, parts: [part("half of it")]), at: time(6))
            let again = try await store.claimOne(at: time(7))
            #expect(again.text == "first" && again.lease.job == running.lease.job && again.attempt == 1)
            try await store.settle(again, Settlement(.done, parts: [part("all of it")]), at: time(8))
            #expect(try await store.sendAll() == ["\(CommandResult.dropped("second"))", "all of it"])
        }
    }

    @Test("/status tells what runs since when, and how many wait", arguments: StoreUnderTest.available)
    func status(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            let job = try await store.accept("write a report", id: 1)
            try await store.accept("and another", id: 2)
            let running = try await store.claimOne(at: time(1))
            try await give(.status, id: 3, to: store)
            try await store.settle(running, Settlement(.waiting, due: time(90)), at: time(2))
            try await give(.status, id: 4, to: store)
            try await give(.status, from: "nobody", id: 5, to: store)
            let expected: [ConversationStatus] = [
                .init(
                    current: .init(job: job, text: "write a report", phase: .running(since: time(1))), waiting: 1,
                    question: nil),
                .init(
                    current: .init(job: job, text: "write a report", phase: .retrying(at: time(90))), waiting: 1,
                    question: nil),
                .init(current: nil, waiting: 0, question: nil),
            ]
            #expect(Set(try await store.sendAll()) == Set(expected.map { "\(CommandResult.status($0))" }))
        }
    }

    @Test("/queue lists what waits, and one of it can be dropped", arguments: StoreUnderTest.available)
    func queue(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for (id, text) in ["first", "second", "third"].enumerated() { try await store.accept(text, id: id) }
            let running = try await store.claimOne()
            try await give(.queue, id: 10, to: store)
            try await give(.drop(1), id: 11, to: store)
            try await give(.drop(7), id: 12, to: store)
            #expect(
                try await store.sendAll() == [
                    "\(CommandResult.queue(["second", "third"]))", "\(CommandResult.dropped("second"))",
                    "\(CommandResult.noSuchItem(7))",
                ])
            try await store.settle(running, Settlement(.done))
            #expect(try await store.claimAll().map(\.text) == ["third"])
        }
    }

    @Test(
        "/retry runs the last message again, whether it failed, was stopped or was answered",
        arguments: StoreUnderTest.available)
    func retry(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            let endings: [Settlement] = [
                Settlement(.failed, reason: "no model"), Settlement(.done, parts: [part("poor answer")]),
            ]
            for (number, ending) in endings.enumerated() {
                let job = try await store.accept("question \(number)", id: number, at: time(Int64(number)))
                try await store.settle(try await store.claimOne(at: time(10)), ending, at: time(10))
                _ = try await store.sendAll(at: time(10))
                try await give(.retry, id: 100 + number, to: store, at: time(11))
                let again = try await store.claimOne(at: time(11))
                #expect(again.text == "question \(number)")
                #expect(again.lease.job != job && again.attempt == 1)
                try await store.settle(again, Settlement(.done, parts: [part("better \(number)")]), at: time(12))
                #expect(
                    try await store.sendAll(at: time(12)) == [
                        "\(CommandResult.retried("question \(number)"))", "better \(number)",
                    ])
            }
            // The retry is the last message now, and can itself be tried again.
            try await give(.retry, id: 200, to: store, at: time(13))
            #expect(try await store.claimOne(at: time(13)).text == "question 1")
        }
    }

    @Test("/retry finds a message whose answer is still on its way", arguments: StoreUnderTest.available)
    func beingAnswered(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["an answer"], id: 1)
            _ = try await test.store.claimDelivery()
            try await give(.retry, id: 2, to: test.store)
            #expect(try await test.store.claimOne(at: time(6)).text == "question 1")
        }
    }

    @Test("/retry does not dig out what was stopped before the last answer", arguments: StoreUnderTest.available)
    func newest(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("stopped long ago", id: 1)
            try await give(.stop, id: 2, to: test.store)
            try await test.store.answer(["an answer"], id: 3, at: time(10))
            let day = time(24 * 3600)
            _ = try await test.store.sendAll(at: day)
            _ = try await test.store.pruneSends(before: time(24 * 3600), behind: nil)
            try await give(.retry, id: 4, to: test.store, at: day)
            #expect(try await test.store.claimAll(at: day).map(\.text) == ["question 3"])
        }
    }

    @Test("there is nothing to retry for who has said nothing", arguments: StoreUnderTest.available)
    func nothing(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await give(.retry, id: 1, to: test.store)
            #expect(try await test.store.sendAll() == ["\(CommandResult.nothingToRetry)"])
        }
    }
}
