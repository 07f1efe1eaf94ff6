import Lifecycle
import RouterTesting
import SQLiteStore
import System
import TestSupport
import Testing
import WeCom

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct JobRunTests {
    @Test("an answer ends the job and is left in the outbox, in parts that fit")
    func answered() async throws {
        try await withWorkshop { shop in
            let text = String(repeating: "中文", count: 700)
            try await shop.run("OK \(text)")
            let sent = try await shop.sent()
            let numbers = ["(1/3)", "(2/3)", "(3/3)"]
            #expect(zip(sent, numbers).allSatisfy { $0.hasSuffix($1) })
            let words = sent.map { $0.dropLast(5).filter { !$0.isWhitespace } }
            #expect(sent.count == 3 && words.joined() == text)
            #expect(sent.allSatisfy { $0.utf8.count <= OutboundMessage.maxTextBytes })
            #expect(try await shop.store.claim(9, for: "test", at: .now).isEmpty)
        }
    }

    @Test("a failure ends the job, and the person is told once")
    func failed() async throws {
        try await withWorkshop { shop in
            try await shop.run("FAIL no more tokens")
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
            #expect(try await shop.store.claim(9, for: "test", at: .now).isEmpty)
            #expect(shop.log.contains("no more tokens"))
        }
    }

    @Test(
        "a failure that others will meet as well is an error in the log, any other a warning",
        arguments: [("FAIL config: no such model", true), ("BREAK", false)])
    func reported(text: String, isError: Bool) async throws {
        try await withWorkshop(apps: [Workshop.app { $0.retry = RetryPolicy(maxAttempts: 1) }]) { shop in
            try await shop.run(text)
            let log = shop.log
            #expect(log.contains("the job failed, as others will") == isError)
            #expect(log.contains("\"the job failed\"") != isError)
        }
    }

    @Test(
        "an agent that is away loses nothing: the person is told once, no attempt is spent, and told again when it is back"
    )
    func away() async throws {
        try await withWorkshop(apps: [Workshop.app { $0.retry = RetryPolicy(maxAttempts: 1) }]) { shop in
            try await shop.run("AWAY 3")
            let told = try await shop.sent()
            #expect(told.count == 1 && told[0].hasPrefix("智能体暂时联系不上。您的消息已经保留"), "\(told)")
            let end = shop.clock.timestamp.advanced(by: .seconds(4 * 3600)).minutes(in: .utc)
            #expect(told[0].contains(end), "\(told), not \(end)")
            for _ in 2...3 {
                try await shop.runAgain()
                #expect(try await shop.sent().isEmpty)
            }
            try await shop.runAgain()
            #expect(try await shop.sent() == [ChatTexts.chinese.back, "here again"])
            #expect(shop.agent.turns.map(\.attempt) == [1, 1, 1, 1])
            let log = shop.log
            #expect(log.contains("an agent is away") && log.contains("an agent is there again"))
        }
    }

    @Test("of an agent that is too busy the person hears when that takes long, once, and when it goes on")
    func busy() async throws {
        try await withWorkshop(apps: [Workshop.app { $0.retry = RetryPolicy(maxAttempts: 1) }]) { shop in
            try await shop.run("BUSY 3")
            #expect(try await shop.sent().isEmpty)
            try await shop.runAgain()
            let told = try await shop.sent()
            #expect(told.count == 1 && told[0].hasPrefix("现在还处理不了您的消息。"), "\(told)")
            try await shop.runAgain()
            #expect(try await shop.sent().isEmpty)
            try await shop.runAgain()
            #expect(try await shop.sent() == [ChatTexts.chinese.back, "here again"])
            #expect(!shop.log.contains("an agent is away"))
        }
    }

    @Test("an agent that does not come back is given up when the patience of its app is over, and the person is told")
    func awayTooLong() async throws {
        try await withWorkshop(apps: [Workshop.app { $0.retry.patience = .seconds(60) }]) { shop in
            try await shop.run("AWAY 1000")
            shop.clock.advance(by: .seconds(60))
            try await shop.runAgain()
            #expect(try await shop.sent().last == ChatTexts.chinese.awayTooLong)
            #expect(try await shop.store.claim(9, for: "test", at: shop.clock.timestamp).isEmpty)
        }
    }

    @Test("an agent that says nothing has failed", arguments: ["OK", "OK  \n "])
    func silent(text: String) async throws {
        try await withWorkshop { shop in
            try await shop.run(text)
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
        }
    }

    @Test("an agent that cancels itself has failed, and does not run for ever")
    func cancelsItself() async throws {
        try await withWorkshop { shop in
            try await shop.run("CANCEL")
            #expect(try await shop.sent() == [ChatTexts.chinese.failed])
            #expect(try await shop.store.claim(9, for: "test", at: .now).isEmpty)
        }
    }

    @Test("a turn that we stop comes again, with nothing said and no attempt spent")
    func interrupted() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("HOLD")
            let run = Task { [shop] in await shop.jobRun.run(job) }
            await shop.agent.isHolding.wait()
            run.cancel()
            await run.value
            #expect(try await shop.sent().isEmpty)
            let again = try #require(try await shop.store.claim(9, for: "test", at: .now).first)
            #expect(again.lease.job == job.lease.job && again.attempt == 1)
        }
    }

    @Test("a job whose app or agent has left fails, and the person is told", arguments: ["app_gone", "agent_gone"])
    func gone(reason: String) async throws {
        let apps = reason == "app_gone" ? [] : [try Workshop.app(agent: "somebody else")]
        try await withWorkshop(apps: apps) { shop in
            try await shop.run("OK yes")
            let told = try await shop.sent()
            #expect(told.count == 1 && told[0].hasPrefix(ChatTexts.chinese.failed) && !told[0].contains("/retry"))
            #expect(shop.log.contains(reason))
        }
    }

    @Test("a job of an app that was switched off since it was claimed waits for it, and spends no attempt")
    func dormant() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            shop.current.swap(to: Serving(AppDirectory([], dormant: [DormantApp(try Workshop.app(), .disabled)])))
            await shop.jobRun.run(job)
            #expect(try await shop.sent().isEmpty)
            let again = try #require(try await shop.store.claim(9, for: "test", at: .now).first)
            #expect(again.lease.job == job.lease.job && again.attempt == 1)
        }
    }

    @Test("who was outbid leaves nothing behind")
    func outbid() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            #expect(try await shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            await shop.jobRun.run(job)
            #expect(try await shop.sent().isEmpty)
            #expect(try await shop.store.claim(9, for: "test", at: .now).count == 1)
        }
    }

    @Test("an outcome that the store cannot take at first is not lost")
    func storeRecovers() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            let store = HinderedStore(shop.store)
            store.failNextSettlement(with: DiskFull())
            await shop.jobRun(over: store).run(job)
            #expect(try await shop.sent() == ["yes"])
        }
    }

    @Test("that a file is missing is told as soon as the store takes it, before the answer")
    func missingTold() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes", with: [SentMedia(.file, MediaID("m"), name: "a.pdf")])
            let store = HinderedStore(shop.store)
            store.failNextNotice(with: DiskFull())
            await shop.jobRun(over: store).run(job)
            let told = ChatTexts.chinese.attachmentFailed.filled(["name": "a.pdf"])
            let sent = try await shop.sent()
            #expect(sent == [told, "yes\n[a.pdf could not be fetched]"], "\(sent)")
        }
    }

    @Test("an outcome that the store will never take gives its place back; the job is there after the next start")
    func storeRefuses() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            let store = HinderedStore(shop.store)
            store.failNextSettlement(with: Damaged())
            await shop.jobRun(over: store).run(job)
            #expect(try await shop.sent().isEmpty)
            #expect(try await shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            #expect(shop.log.contains("cannot be stored"))
        }
    }

    @Test("a turn under way goes by the apps and agents that it began with, the next by those that took their place")
    func swapped() async throws {
        func serving(_ agent: any Agent, failed: String) throws -> Serving {
            var texts = ChatTexts.chinese
            texts.failed = failed
            return Serving(
                AppDirectory([try Workshop.app(texts: texts)]), agents: ["scripted": AgentSetup(agent)])
        }
        try await withWorkshop { shop in
            let after = try serving(shop.agent, failed: "after")
            shop.current.swap(
                to: try serving(SwappingAgent(current: shop.current, next: after), failed: "before"))
            try await shop.run("FAIL once")
            #expect(try await shop.sent() == ["before"])
            await shop.jobRun.run(try await shop.claim("FAIL twice", id: 2))
            #expect(try await shop.sent() == ["after"])
            let log = shop.log
            #expect(log.contains("twice") && !log.contains("once"))
        }
    }

    @Test("a turn under way is answered in the messages that its lane had when it began, whatever takes its place")
    func speechSwapped() async throws {
        try await withWorkshop { shop in
            let text = String(repeating: "word ", count: 600)
            let next = Serving(
                AppDirectory([try Workshop.app(speech: .bot)]), agents: ["scripted": AgentSetup(shop.agent)])
            let agent = SwappingAgent(current: shop.current, next: next, reply: Reply(text))
            shop.current.swap(
                to: Serving(AppDirectory([try Workshop.app()]), agents: ["scripted": AgentSetup(agent)]))
            try await shop.run("OK yes")
            let sent = try await shop.sent()
            #expect(sent.count == 2 && sent.allSatisfy { $0.utf8.count <= Speech.app.limit }, "\(sent)")
            await shop.jobRun.run(try await shop.claim("OK \(text)", id: 2))
            #expect(try await shop.sent().count == 1)
        }
    }

    @Test("a job without messages has failed, and holds up nothing")
    func noMessages() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            await shop.jobRun.run(
                ClaimedJob(
                    lease: job.lease, conversation: job.conversation, epoch: job.epoch, attempt: 1, crashes: 0,
                    messages: []))
            #expect(try await shop.sent().isEmpty)
            #expect(try await !shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            #expect(shop.log.contains("the job has no messages"))
        }
    }

    @Test("an agent that does not end is given up after its grace, the person is told, and its late answer is dropped")
    func abandoned() async throws {
        try await withWorkshop(limits: TurnLimits(total: .seconds(60))) { shop in
            let job = try await shop.claim("STUBBORN")
            async let run: Void = shop.jobRun.run(job)
            await shop.agent.isHolding.wait()
            await shop.clock.advance(whenSomebodySleepsFor: .seconds(60))
            await shop.clock.advance(whenSomebodySleepsFor: .seconds(30))
            await run
            #expect(try await shop.sent() == [ChatTexts.chinese.tookTooLong])
            shop.agent.release.reach()
            #expect(try await !shop.store.settle(job.lease, as: Settlement(.ready), at: .now))
            #expect(try await shop.sent().isEmpty)
            #expect(shop.turns.all.isEmpty)
        }
    }

    @Test("a question that nobody answers ends when its time is over")
    func questionExpires() async throws {
        try await withWorkshop(questionTime: .seconds(90)) { shop in
            let job = try await shop.claim("ASK")
            async let run: Void = shop.jobRun.run(job)
            await shop.clock.advance(whenSomebodySleepsFor: .seconds(90))
            await run
            #expect(try await shop.sent().last == "told: \(Answer.expired)")
        }
    }

    @Test("the person hears that the turn runs, and then how far it has come")
    func signs() async throws {
        let app = try Workshop.app {
            $0.signs.acknowledgeAfter = .seconds(5)
            $0.signs.progressEvery = .seconds(60)
        }
        try await withWorkshop(apps: [app]) { shop in
            let job = try await shop.claim("HOLD")
            async let run: Void = shop.jobRun.run(job)
            await shop.agent.isHolding.wait()
            await shop.clock.advance(whenSomebodySleepsFor: .seconds(5))
            await shop.clock.untilSomebodySleeps(for: .seconds(55))
            #expect(try await shop.sent() == [ChatTexts.chinese.acknowledged])
            shop.clock.advance(by: .seconds(55))
            await shop.clock.untilSomebodySleeps(for: .seconds(60))
            let progress = ChatTexts.chinese.progress.filled(["minutes": "1", "progress": "on page 3"])
            #expect(try await shop.sent() == [progress])
            shop.agent.release.reach()
            await run
            #expect(try await shop.sent().first == "held: HOLD")
        }
    }

    @Test(
        "with every thread of the turns kept by one that was abandoned, failures are settled and told",
        arguments: [("", [ChatTexts.chinese.tookTooLong]), ("so far", [ChatTexts.chinese.tookTooLong, "so far"])])
    func abandoned(said: String, heard: [String]) async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("OK yes")
            let (begun, isReleased) = (Lock(0), Lock(false))
            // They end by themselves as well: what waits for them has then failed, and not hung.
            let end = MonotonicTime.now.advanced(by: .seconds(30))
            let turns = (0..<Process.cores).map { _ in
                shop.threads.start {
                    begun.withLock { $0 += 1 }
                    while !isReleased.withLock({ $0 }) && MonotonicTime.now < end {}
                    return isReleased.withLock { $0 }
                }
            }
            while begun.withLock({ $0 }) < Process.cores { await beforeLookingAgain() }
            let failure = AgentFailure(.timeout, "the agent did not end when it was stopped", partialText: said)
            let ended = EndedTurn(outcome: .failed(failure), memory: nil, isAbandoned: true)
            await shop.jobRun.settle(job, ended, of: try Workshop.app(), shop.logger)
            isReleased.withLock { $0 = true }
            for turn in turns { #expect(try await turn.value) }
            let sent = try await shop.sent()
            #expect(sent.count == heard.count && zip(sent, heard).allSatisfy { $0.contains($1) })
        }
    }
}

/// Has others served while its turn runs, and fails unless it has a reply.
private struct SwappingAgent: Agent {
    let current: Serving.Current
    let next: Serving
    var reply: Reply?

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        current.swap(to: next)
        if let reply { return reply }
        throw AgentFailure(.config, "it was swapped")
    }
}
