import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("What people hear while an agent is at work", .timeLimit(.minutes(5)))
struct SignsOfLifeTests {
    /// Says where it stands, and answers when it is let.
    private struct Plodder: Agent {
        let release = Signpost()
        var progress: String?
        var failure: AgentFailure?

        func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
            if let progress { try await attendant.hear(.progress(progress)) }
            await release.wait()
            try Task.checkCancellation()
            if let failure { throw failure }
            return Reply("the answer")
        }
    }

    private static let soon = Duration.milliseconds(10)
    private static let never = Duration.seconds(3600)

    private func signs(
        acknowledge: Duration? = nil, progress: Duration? = nil, recalls: Bool = true
    ) -> SignsOfLife {
        var signs = SignsOfLife()
        (signs.acknowledgeAfter, signs.progressEvery, signs.recalls) = (acknowledge, progress, recalls)
        return signs
    }

    /// A world in which `agent` is asked something by u1.
    private func withQuestion(
        to agent: Plodder, _ signs: SignsOfLife, texts: ChatTexts = .chinese,
        _ body: (LoopbackWorld, RunningRouter) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { configuration in
            configuration.apps[0].conduct.signs = signs
            configuration.apps[0].texts = texts
            configuration.apps[0].texts.hideHints()
        }) { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("question", as: UserID("u1"), to: world.apps[0])
            try await body(world, router)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.refusals.isEmpty)
            #expect(world.wecom.transcript.messages.allSatisfy { $0.fate == .delivered })
        }
    }

    /// Everything that was shown, once all of it but `answer` has been taken back.
    private func shown(until answer: String, in world: LoopbackWorld) async -> [SentMessage] {
        let transcript = world.wecom.transcript
        func isOver() -> Bool {
            transcript.delivered.contains { $0.text == answer }
                && transcript.delivered.allSatisfy { $0.isRecalled != ($0.text == answer) }
        }
        var position = 0
        while !isOver(), !Task.isCancelled { position = await transcript.happenings(from: position).next }
        return transcript.delivered
    }

    // MARK: The acknowledgement

    @Test("a turn that takes long is acknowledged once, and that is taken back behind the answer")
    func acknowledged() async throws {
        let agent = Plodder()
        try await withQuestion(to: agent, signs(acknowledge: SignsOfLifeTests.soon)) { world, _ in
            let first = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(first.map(\.text) == [ChatTexts.chinese.acknowledged])
            agent.release.reach()
            let shown = await shown(until: "the answer", in: world)
            #expect(shown.map(\.text) == [ChatTexts.chinese.acknowledged, "the answer"])
            let order = await world.wecom.transcript.happenings(from: 0).happenings
            guard order.count == 3, case .recalled(let taken, _) = order[2] else {
                Issue.record("the answer is there before the acknowledgement goes: \(order)")
                return
            }
            #expect(taken.messageID == shown[0].messageID)
        }
    }

    @Test("a message behind another is acknowledged as well, with how many are ahead, and that is taken back")
    func behind() async throws {
        let agent = Plodder()
        try await withQuestion(to: agent, signs(acknowledge: SignsOfLifeTests.soon)) { world, _ in
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            await world.wecom.say("another", as: UserID("u1"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.last?.text == "收到，前面还有 1 条消息，会按顺序处理。")
            agent.release.reach()
            _ = await shown(until: "the answer", in: world)
            #expect(world.wecom.transcript.delivered.filter { !$0.isRecalled }.map(\.text).last == "the answer")
        }
    }

    @Test("a message for which no worker is free is acknowledged after its time, not after that of its turn")
    func noWorker() async throws {
        let agent = Plodder()
        try await withWorld(adjust: { configuration in
            configuration.apps[0].conduct.signs = signs(acknowledge: SignsOfLifeTests.soon)
            configuration.workers.concurrency = 1
        }) { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("question", as: UserID("u1"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            await world.wecom.say("question", as: UserID("u2"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.last?.text == ChatTexts.chinese.queued)
            agent.release.reach()
            router.stop()
            try await router.ended()
        }
    }

    @Test("a turn that is faster than that leaves no trace but its answer")
    func fast() async throws {
        let agent = Plodder()
        agent.release.reach()
        let never = SignsOfLifeTests.never
        try await withQuestion(to: agent, signs(acknowledge: never, progress: never)) { world, router in
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.map(\.text) == ["the answer"])
            #expect(world.wecom.transcript.recalls.isEmpty)
        }
    }

    @Test("what was said while a turn ran is taken back when it fails, too")
    func failed() async throws {
        let agent = Plodder(failure: AgentFailure(.config, "no model"))
        try await withQuestion(to: agent, signs(acknowledge: SignsOfLifeTests.soon)) { world, _ in
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            agent.release.reach()
            let shown = await shown(until: ChatTexts.chinese.failed, in: world)
            #expect(shown.map(\.text) == [ChatTexts.chinese.acknowledged, ChatTexts.chinese.failed])
        }
    }

    // MARK: Progress

    @Test("one that goes on is spoken of again and again, in the agent's words, and all of it is taken back")
    func progress() async throws {
        let agent = Plodder(progress: "正在读第 3 页")
        let soon = SignsOfLifeTests.soon
        try await withQuestion(to: agent, signs(acknowledge: soon, progress: soon)) { world, _ in
            var sent = await world.wecom.transcript.delivered(atLeast: 4)
            while !sent.contains(where: { $0.text.hasSuffix("正在读第 3 页") }) {
                sent = await world.wecom.transcript.delivered(atLeast: sent.count + 1)
            }
            agent.release.reach()
            let words = await shown(until: "the answer", in: world).map(\.text)
            let signs = words.dropLast()
            #expect(words.last == "the answer")
            #expect(signs.contains("还在处理，已经 1 分钟。正在读第 3 页"))
            // The first may be said before the agent has begun.
            #expect(
                Set(signs).isSubset(of: [
                    ChatTexts.chinese.acknowledged, "还在处理，已经 1 分钟。", "还在处理，已经 1 分钟。正在读第 3 页",
                ]))
            #expect(world.wecom.transcript.recalls.count == signs.count)
        }
    }

    @Test("an agent that says nothing of where it stands leaves no gap in the sentence")
    func wordless() async throws {
        let agent = Plodder()
        try await withQuestion(to: agent, signs(progress: SignsOfLifeTests.soon)) { world, _ in
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent[0].text == "还在处理，已经 1 分钟。")
            agent.release.reach()
            _ = await shown(until: "the answer", in: world)
        }
    }

    @Test("with recall_progress off all that was said stays")
    func kept() async throws {
        let agent = Plodder()
        let soon = SignsOfLifeTests.soon
        try await withQuestion(to: agent, signs(acknowledge: soon, progress: soon, recalls: false)) { world, router in
            _ = await world.wecom.transcript.delivered(atLeast: 2)
            agent.release.reach()
            var sent: [SentMessage] = []
            while sent.last?.text != "the answer" {
                sent = await world.wecom.transcript.delivered(atLeast: sent.count + 1)
            }
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.recalls.isEmpty)
            #expect(world.wecom.transcript.delivered.last?.text == "the answer", "nothing is said behind the answer")
        }
    }

    // MARK: The words

    @Test("the words are those of the configuration")
    func words() async throws {
        var texts = ChatTexts.english
        texts.acknowledged = "One moment, please."
        let agent = Plodder(progress: "page 3")
        let soon = SignsOfLifeTests.soon
        try await withQuestion(to: agent, signs(acknowledge: soon, progress: soon), texts: texts) { world, _ in
            var sent = await world.wecom.transcript.delivered(atLeast: 3)
            while !sent.contains(where: { $0.text.hasSuffix("page 3") }) {
                sent = await world.wecom.transcript.delivered(atLeast: sent.count + 1)
            }
            agent.release.reach()
            let words = await shown(until: "the answer", in: world).map(\.text)
            #expect(
                Set(words).isSubset(of: [
                    "One moment, please.", "Still at work, 1 min so far.", "Still at work, 1 min so far. page 3",
                    "the answer",
                ]))
            #expect(words.contains("Still at work, 1 min so far. page 3"))
        }
    }

    /// Demands that an app says nothing. That shows by what is said meanwhile: another app, asked later, speaks every few
    /// moments.
    private func isSilent(_ adjust: (inout Configuration.App) -> Void) async throws {
        let agent = Plodder()
        let soon = SignsOfLifeTests.soon
        try await withWorld(
            apps: ["quiet", "chatty"],
            adjust: { configuration in
                adjust(&configuration.apps[0])
                configuration.apps[1].conduct.signs = signs(acknowledge: soon, progress: soon)
            }
        ) { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": agent])
            for app in world.apps { await world.wecom.say("question", as: UserID("u1"), to: app) }
            _ = await world.wecom.transcript.delivered(atLeast: 4)
            agent.release.reach()
            var answers = 0
            var count = 4
            while answers < 2 {
                let sent = await world.wecom.transcript.delivered(atLeast: count)
                answers = sent.count { $0.text == "the answer" }
                count = sent.count + 1
            }
            router.stop()
            try await router.ended()
            let quiet = world.wecom.transcript.messages.filter { $0.corpID == world.apps[0].corpID }
            #expect(quiet.map(\.text) == ["the answer"])
        }
    }

    @Test("a text that is empty is not said")
    func empty() async throws {
        let soon = SignsOfLifeTests.soon
        try await isSilent { app in
            app.conduct.signs = signs(acknowledge: soon, progress: soon)
            (app.texts.acknowledged, app.texts.progress) = ("", "")
        }
    }

    @Test("what is off, or later than the answer, is not said")
    func off() async throws {
        try await isSilent { $0.conduct.signs = signs() }
        try await isSilent { $0.conduct.signs = signs(acknowledge: SignsOfLifeTests.never) }
    }
}
