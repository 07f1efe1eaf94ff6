import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("Agents that ask", .timeLimit(.minutes(1)))
struct QuestionTests {
    private let user = UserID("u1")
    private let speech = Speech(limit: OutboundMessage.maxTextBytes)

    private func withQuestion(
        time: Duration = .seconds(600), style: QuestionStyle = .auto, turnClock: any WorkClock = .steady,
        _ body: (LoopbackWorld, SentMessage) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.questions = style }) { world in
            var world = world
            world.turnClock = turnClock
            world.wecom.limitMembers(to: .none)
            let setup = AgentSetup(ScriptedAgent(), questionTime: time)
            let router = try await world.startRouter(setups: ["echo": setup])
            await world.wecom.say("ASK me", as: user, to: world.apps[0])
            let question = await world.wecom.transcript.delivered(atLeast: 1)[0]
            try await body(world, question)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.refusals.isEmpty)
        }
    }

    /// Waits for the end of the card.
    private func ending(of question: SentMessage, in world: LoopbackWorld) async -> String? {
        var position = 0
        while !Task.isCancelled {
            if let ending = world.wecom.card(of: question, seenBy: user)?.ending { return ending }
            position = await world.wecom.transcript.happenings(from: position).next
        }
        return nil
    }

    @Test("get their answer from a button, and the card shows what was chosen")
    func button() async throws {
        try await withQuestion { world, question in
            #expect(question.card?.buttons.map(\.text) == ["Yes", "No"])
            let tries = await world.wecom.press("2", of: question, as: user, to: world.apps[0])
            #expect(tries.last?.isAcknowledged == true)
            let reply = await world.wecom.transcript.delivered(atLeast: 2)[1]
            #expect(reply.text == "told: \(Answer.chosen(["no-id"], by: user))")
            #expect(await ending(of: question, in: world) == "已选择：No")
        }
    }

    @Test("hear of nobody else's press")
    func stranger() async throws {
        try await withQuestion { world, question in
            let click = CardClick(key: "1", taskID: question.card?.taskID)
            await world.wecom.send(.event(.templateCard(click)), as: UserID("u2"), to: world.apps[0])
            await world.wecom.press("1", of: question, as: user, to: world.apps[0])
            let reply = await world.wecom.transcript.delivered(atLeast: 2)[1]
            #expect(reply.text == "told: \(Answer.chosen(["yes-id"], by: user))")
        }
    }

    @Test("are told no when nobody answers in time; a press after that is told that it is late")
    func expired() async throws {
        let clock = ManualClock()
        try await withQuestion(time: .seconds(90), turnClock: clock) { world, question in
            await clock.advance(whenSomebodySleepsFor: .seconds(90))
            let reply = await world.wecom.transcript.delivered(atLeast: 2)[1]
            #expect(reply.text == "told: \(Answer.expired)")
            #expect(await ending(of: question, in: world) == ChatTexts.chinese.questionExpired)
            let click = CardClick(key: "1", taskID: question.card?.taskID)
            await world.wecom.send(.event(.templateCard(click)), as: user, to: world.apps[0])
            let late = await world.wecom.transcript.delivered(atLeast: 3)[2]
            #expect(late.text == "这个问题已经结束（\(ChatTexts.chinese.questionExpired)）。")
        }
    }

    @Test("can be answered in words where cards cannot be seen")
    func words() async throws {
        try await withQuestion(style: .text) { world, question in
            #expect(question.text == "May I?\n\n1. Yes\n2. No\n\n请回复序号选择。")
            await world.wecom.say("１", as: user, to: world.apps[0])
            let reply = await world.wecom.transcript.delivered(atLeast: 2)[1]
            #expect(reply.text == "told: \(Answer.chosen(["yes-id"], by: user))")
        }
    }

    @Test("ask one thing at a time, so that it is plain what a number answers")
    func twice() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.questions = .text }) { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("ASK TWICE", as: user, to: world.apps[0])
            var titles: [String] = []
            for number in 1...2 {
                let question = await world.wecom.transcript.delivered(atLeast: number)
                #expect(question.count == number)
                titles.append(question[number - 1].text.split(separator: "\n").first.map(String.init) ?? "")
                await world.wecom.say("\(number)", as: user, to: world.apps[0])
            }
            #expect(Set(titles) == ["First?", "Second?"])
            let answers = Dictionary(uniqueKeysWithValues: zip(titles, ["yes", "no"]))
            let told = ["First?", "Second?"].map { "\($0) \(answers[$0] ?? "")" }
            #expect(await world.wecom.transcript.delivered(atLeast: 3)[2].text == "told: \(told)")
            router.stop()
            try await router.ended()
        }
    }

    @Test("show all that is to be allowed, in words where a card has no room for it")
    func long() {
        let command = "rm -r " + String(repeating: "x", count: 150) + " && shutdown"
        let options = [Question.Option("yes", "Yes")]
        #expect(AskedQuestion.fitsCard(Question("May I?", detail: "rm -r x", options: options)))
        #expect(!AskedQuestion.fitsCard(Question("May I?", detail: command, options: options)))
        let asked = AskedQuestion(
            Question("May I?", detail: command, options: options), to: .user(user), as: .text, saying: .english,
            within: speech)
        #expect(asked.part(QuestionID(1), as: .text).excerpt.contains("&& shutdown"))
        let longer = AskedQuestion(
            Question("May I?", detail: String(repeating: "x", count: 3000), options: options), to: .user(user),
            as: .text, saying: .english, within: speech)
        #expect(longer.part(QuestionID(1), as: .text).excerpt.contains("… (3000 characters in all)"))
        let many = (1...Question.maxOptions).map { Question.Option("\($0)", String(repeating: "选", count: 100)) }
        let largest = AskedQuestion(
            Question(String(repeating: "问", count: 500), detail: String(repeating: "细", count: 3000), options: many),
            to: .user(user), as: .text, saying: .chinese, within: speech)
        for asked in [longer, largest] { #expect(asked.part(QuestionID(1), as: .text).excerpt.utf8.count <= 2048) }
        #expect(largest.part(QuestionID(1), as: .text).excerpt.contains("20. 选"))
    }

    @Test("are stopped by /stop while they wait, and the card says so; /status names the question")
    func stopped() async throws {
        try await withQuestion { world, question in
            await world.wecom.say("/status", as: user, to: world.apps[0])
            let status = await world.wecom.transcript.delivered(atLeast: 2)[1]
            #expect(status.text.contains("等待您的回答：May I?"))
            await world.wecom.say("/stop", as: user, to: world.apps[0])
            let said = await world.wecom.transcript.delivered(atLeast: 4).suffix(2).map(\.text)
            #expect(Set(said) == ["正在停止…", "已停止。"])
            #expect(await ending(of: question, in: world) == ChatTexts.chinese.questionWithdrawn)
        }
    }

    @Test(
        "with on_crash: ask a person says what becomes of a turn that our end broke off",
        arguments: ["retry", "stop", "nothing"])
    func crash(_ choice: String) async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.onCrash = .ask }) { world in
            world.wecom.limitMembers(to: .none)
            let first = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": first])
            await world.wecom.say("hello", as: user, to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            await world.wecom.say("HOLD on", as: user, to: world.apps[0])
            await first.isHolding.wait()
            // As after `kill -9`: what is on disk at this moment is all there is.
            let crashed = try await world.crash(router)
            let agent = ScriptedAgent()
            agent.release.reach()
            let time = Duration.seconds(choice == "nothing" ? 0 : 600)
            let second = try await crashed.startRouter(setups: ["echo": AgentSetup(agent, questionTime: time)])
            let question = try #require(await world.wecom.transcript.delivered(atLeast: 2).dropFirst().first)
            // Where it has no time, it is over before it goes or after.
            if choice != "nothing" || question.card != nil {
                #expect(question.card?.title == ChatTexts.chinese.crashQuestion)
                #expect(
                    question.card?.buttons.map(\.text) == [ChatTexts.chinese.crashRetry, ChatTexts.chinese.crashStop])
            }
            switch choice {
            case "nothing":
                let count = question.card == nil ? 2 : 3
                let last = await world.wecom.transcript.delivered(atLeast: count).last
                #expect(last?.text == ChatTexts.chinese.tookTooLong)
            case "retry":
                await world.wecom.press("1", of: question, as: user, to: world.apps[0])
                #expect(await world.wecom.transcript.delivered(atLeast: 3)[2].text == "held: HOLD on")
            default:
                await world.wecom.press("2", of: question, as: user, to: world.apps[0])
                await world.wecom.say("next", as: user, to: world.apps[0])
                #expect(await world.wecom.transcript.delivered(atLeast: 3)[2].text == "re: next")
                #expect(agent.turns.map(\.text) == ["next"])
            }
            first.release.reach()
            second.stop()
            try await second.ended()
        }
    }
}
