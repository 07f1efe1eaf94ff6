import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// A bot by webhook, whose WeCom asks every 20 ms how far its answers have come, and one by long connection.
@Suite("Cards of AI bots", .timeLimit(.minutes(3)))
struct BotCardTests {
    private static let group = InboundMessage.Chat.group(ChatID("wrGroup"))
    private static let often = Duration.milliseconds(20)
    private let user = UserID("u1")

    private struct Bots {
        let world: LoopbackWorld
        let router: RunningRouter
        var webhook: FakeBot { world.bots[0] }
        var socket: FakeSocketBot { world.socketBots[0] }
        var wecom: FakeWeCom { world.wecom }

        /// The first thing of that kind that the bot by long connection has shown to the end.
        func shown(_ isMeant: (Bubble) -> Bool) async throws -> Bubble {
            try await eventually { wecom.transcript.bubbles.contains(where: isMeant) }
            let found = wecom.transcript.bubbles.first(where: isMeant)
            return try #require(found)
        }

        func stop() async throws {
            router.stop()
            try await router.ended()
        }
    }

    private func withBots(
        greeting: Greeting? = nil, questionTime: Duration = .seconds(600), turnClock: any WorkClock = .steady,
        _ body: (Bots) async throws -> Void
    ) async throws {
        try await withWorld(adjust: { configuration in
            let webhook = Configuration.Bot.Webhook(
                token: Secret("bot-token"), encodingAESKey: Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"))
            configuration.bots = [
                .init(name: "helper", .webhook(webhook), agent: "echo"),
                .init(name: "liner", .socket(.init(secret: Secret("bot-secret"))), agent: "echo"),
            ]
            for (index, id) in ["aibHelper", "aibLiner"].enumerated() {
                configuration.bots[index].botID = BotID(id)
                configuration.bots[index].policy = .all
                configuration.bots[index].policy.chats.all = true
                configuration.bots[index].texts = .english
                configuration.bots[index].texts.hideHints()
                configuration.bots[index].conduct.greeting = greeting
            }
        }) { world in
            var world = world
            world.turnClock = turnClock
            let router = try await world.startRouter(
                setups: ["echo": AgentSetup(ScriptedAgent(), questionTime: questionTime)])
            let bots = Bots(world: world, router: router)
            try await eventually { world.wecom.sockets.isConnected(bots.socket.id) }
            try await body(bots)
            try await bots.stop()
        }
    }

    // MARK: By webhook

    /// Has a person say something, and hands out the reply as it is when there is a card below it.
    private func withCard(
        below text: String, _ bots: Bots, _ body: (Bubble) async throws -> Void
    ) async throws -> Bubble? {
        let (card, isThere) = (Lock<Bubble?>(nil), Signpost())
        async let bubble = bots.wecom.say(text, as: user, to: bots.webhook, asking: Self.often) { shown in
            guard shown.card != nil, !shown.isFinished else { return }
            card.withLock { $0 = $0 ?? shown }
            isThere.reach()
        }
        await isThere.wait()
        try await body(try #require(card.withLock { $0 }))
        return await bubble
    }

    @Test("a question is a card below the stream, once, and a press answers it and shows what was chosen")
    func question() async throws {
        try await withBots { bots in
            let bubble = try await withCard(below: "ASK", bots) { asking in
                #expect(asking.shownCard?.title == "May I?")
                #expect(asking.shownCard?.buttons.map(\.text) == ["Yes", "No"])
                let pressed = try #require(await bots.wecom.press("2", of: asking, as: user, to: bots.webhook))
                #expect(pressed.fault == nil && pressed.shownCard?.ending == "Chosen: No")
                #expect(pressed.shownCard?.buttons.isEmpty == true)
            }
            #expect(bubble?.fault == nil && bubble?.text.contains("no-id") == true, "\(String(describing: bubble))")
        }
    }

    @Test("the second question of a message is put in words, since WeCom takes one card")
    func second() async throws {
        try await withBots { bots in
            let isAsked = Signpost()
            let first = Lock<Bubble?>(nil)
            async let bubble = bots.wecom.say("ASK TWICE", as: user, to: bots.webhook, asking: Self.often) { shown in
                if shown.card != nil { first.withLock { $0 = $0 ?? shown } }
                if shown.text.contains("1. yes") { isAsked.reach() }
            }
            try await eventually { first.withLock { $0 != nil } }
            let card = try #require(first.withLock { $0 })
            await bots.wecom.press("1", of: card, as: user, to: bots.webhook)
            await isAsked.wait()
            await bots.wecom.say("2", as: user, to: bots.webhook, asking: Self.often)
            let text = try #require(await bubble)
            #expect(text.fault == nil && text.text.contains(" yes\"") && text.text.contains(" no\""), "\(text)")
            let dead = try await bots.router.server.store.store.deliveries(in: .dead, matching: LedgerFilter()).items
            #expect(dead.isEmpty)
        }
    }

    @Test("a press once more changes nothing, and is shown the same; one by WeCom's own repeat, too")
    func doubled() async throws {
        try await withBots { bots in
            let bubble = try await withCard(below: "ASK", bots) { asking in
                for key in ["1", "2", "1"] {
                    let pressed = await bots.wecom.press(key, of: asking, as: user, to: bots.webhook)
                    #expect(pressed?.fault == nil && pressed?.shownCard?.ending == "Chosen: Yes")
                }
                let click = CardClick(key: "1", taskID: asking.shownCard?.taskID)
                let event = bots.wecom.message(
                    .event(.templateCard(click)), from: user, in: .single, to: bots.webhook)
                for _ in 1...2 {
                    let pressed = await bots.wecom.post(event, to: bots.webhook, asking: .zero)
                    #expect(pressed?.fault == nil && pressed?.shownCard?.ending == "Chosen: Yes")
                }
            }
            #expect(bubble?.text.contains("yes-id") == true && bubble?.fault == nil)
        }
    }

    @Test("somebody else's press, and one on a card that nobody knows, is told that it is over, and answers nothing")
    func strangers() async throws {
        try await withBots { bots in
            let bubble = try await withCard(below: "ASK", bots) { asking in
                let stranger = await bots.wecom.press("1", of: asking, as: UserID("u2"), to: bots.webhook)
                #expect(stranger?.fault == nil && stranger?.shownCard?.ending == "No longer valid")
                #expect(stranger?.shownCard?.title == "This question is over (No longer valid).")
                let unknown = QuestionID(7).description
                for (task, ending) in [(unknown, "No longer valid"), ("somebody-elses", nil)] {
                    let click = CardClick(key: "1", taskID: task)
                    let event = bots.wecom.message(
                        .event(.templateCard(click)), from: user, in: .single, to: bots.webhook)
                    let pressed = await bots.wecom.post(event, to: bots.webhook, asking: .zero)
                    #expect(pressed?.shownCard?.ending == ending && pressed?.fault == nil)
                }
                await bots.wecom.press("1", of: asking, as: user, to: bots.webhook)
            }
            #expect(bubble?.text.contains("yes-id") == true)
        }
    }

    @Test("a question that nobody answers says so in the stream, and a late press is told on the card alone")
    func late() async throws {
        let clock = ManualClock()
        try await withBots(questionTime: .seconds(90), turnClock: clock) { bots in
            let bubble = try await withCard(below: "ASK", bots) { asking in
                await clock.advance(whenSomebodySleepsFor: .seconds(90))
                let pressed = try #require(await latePress(of: asking, bots))
                #expect(pressed.fault == nil && pressed.shownCard?.ending?.hasPrefix("The time is over") == true)
            }
            let texts = try #require(bubble).texts
            #expect(texts.last?.contains("told: expired") == true, "\(texts)")
            #expect(texts.last?.contains("This question is over") == true, "\(texts)")
        }
    }

    /// Presses once the turn is told that nobody has.
    private func latePress(of asking: Bubble, _ bots: Bots) async throws -> Bubble? {
        let store = bots.router.server.store.store
        let question = try #require(asking.shownCard?.taskID.flatMap { QuestionID($0) })
        try await eventually { try await store.endings(of: [question])[question] == .expired }
        return await bots.wecom.press("1", of: asking, as: user, to: bots.webhook)
    }

    @Test("after a restart the old card is over, and what the agent asks anew is put in words below it")
    func restart() async throws {
        try await withBots { bots in
            let again = Lock<RunningRouter?>(nil)
            let bubble = try await withCard(below: "ASK", bots) { asking in
                try await bots.stop()
                let router = try await bots.world.startRouter(agents: ["echo": ScriptedAgent()])
                again.withLock { $0 = router }
                let store = router.server.store.store
                let card = try #require(asking.shownCard?.taskID.flatMap { QuestionID($0) })
                let stream = try #require(try await store.known(card)?.asked.address.stream)
                try await eventually { try await store.stream(stream)?.said?.contains("1. Yes") == true }
                let pressed = await bots.wecom.press("1", of: asking, as: user, to: bots.webhook)
                #expect(pressed?.fault == nil && pressed?.shownCard?.buttons.isEmpty == true)
                #expect(pressed?.shownCard?.ending != "Chosen: Yes")
                await bots.wecom.say("2", as: user, to: bots.webhook, asking: Self.often)
            }
            #expect(bubble?.fault == nil && bubble?.text.contains("no-id") == true, "\(String(describing: bubble))")
            let router = again.withLock { $0 }
            router?.stop()
            try await router?.ended()
        }
    }

    @Test("half of a press is refused, and the bot goes on")
    func half() async throws {
        try await withBots { bots in
            let transport = CurlTransport()
            let url = "http://127.0.0.1:\(bots.router.port)/wecom/bot/helper"
            for event in [
                #"{"eventtype":"template_card_event"}"#,
                #"{"eventtype":"template_card_event","template_card_event":{"task_id":"q-1"}}"#,
                #"{"eventtype":"template_card_event","template_card_event":{"event_key":["1"],"task_id":"q-1"}}"#,
                #"{"eventtype":"template_card_event","template_card_event":"#,
            ] {
                let document =
                    #"{"msgid":"E1","aibotid":"aibHelper","chattype":"single","from":{"userid":"u1"},"msgtype":"event","event":"#
                    + event + "}"
                let sealed = bots.webhook.keys.seal(
                    message: Array(document.utf8), receiver: "", timestamp: "1700000000", nonce: "99")
                let body = Envelope(toUserName: nil, agentID: nil, encrypted: sealed.encrypted).json
                let response = try await transport.send(
                    HTTPRequest(.post, "\(url)?\(sealed.query)", body: body), HTTPRequestOptions())
                #expect(response.status == .badRequest, "\(event)")
            }
            await transport.close()
            let bubble = await bots.wecom.say("OK on", as: user, to: bots.webhook, asking: Self.often)
            #expect(bubble?.text == "on")
        }
    }

    @Test("a job that failed offers one person a fresh session on a card, and a group in nothing but words")
    func startOver() async throws {
        try await withBots { bots in
            let bubble = try #require(
                await bots.wecom.say("FAIL now", as: user, to: bots.webhook, asking: Self.often))
            #expect(bubble.fault == nil && bubble.isFinished && bubble.text.contains("could not be answered"))
            let line = try #require(bubble.card?["jump_list"]?.array?.first)
            #expect(line["type"] == 3 && line["title"] == "Begin a new session")
            let word = try #require(line["question"]?.string)
            let said = await bots.wecom.say(word, as: user, to: bots.webhook, asking: Self.often)
            #expect(said?.text == ChatTexts.english.newSession)
            let inGroup = await bots.wecom.say(
                "@b FAIL now", as: user, in: Self.group, to: bots.webhook, asking: Self.often)
            #expect(inGroup?.text.contains("could not be answered") == true && inGroup?.card == nil)
        }
    }

    // MARK: By long connection

    @Test("over the long connection a question is a card of its own, and a press answers it and changes the card")
    func socketQuestion() async throws {
        try await withBots { bots in
            await bots.wecom.tell("ASK", as: user, to: bots.socket)
            let asking = try await bots.shown { $0.card != nil }
            #expect(asking.shownCard?.title == "May I?" && asking.shownCard?.buttons.map(\.text) == ["Yes", "No"])
            // Somebody else's first, who is told that it is over.
            await bots.wecom.press("2", of: asking, as: UserID("u2"), to: bots.socket)
            _ = try await bots.shown { $0.shownCard?.ending == "No longer valid" }
            for _ in 1...2 { await bots.wecom.press("1", of: asking, as: user, to: bots.socket) }
            let told = try await bots.shown { $0.text.contains("told:") }
            #expect(told.text.contains("yes-id"))
            try await eventually {
                bots.wecom.transcript.bubbles.count { $0.shownCard?.ending == "Chosen: Yes" } == 2
            }
            #expect(bots.wecom.transcript.bubbles.allSatisfy { $0.fault == nil })
            #expect(bots.wecom.transcript.refusals.isEmpty)
        }
    }

    @Test("in a group a question over the long connection is a text with numbers")
    func socketGroup() async throws {
        try await withBots { bots in
            await bots.wecom.tell("@b ASK", as: user, in: Self.group, to: bots.socket)
            let asked = try await bots.shown { $0.text.contains("1. Yes\n2. No") }
            #expect(asked.chat == Self.group)
            await bots.wecom.tell("@b 2", as: user, in: Self.group, to: bots.socket)
            let told = try await bots.shown { $0.text.contains("told:") }
            #expect(told.text.contains("no-id") && bots.wecom.transcript.bubbles.allSatisfy { $0.card == nil })
        }
    }

    @Test("rubbish in the place of a press moves nothing")
    func socketRubbish() async throws {
        try await withBots { bots in
            for event in ["", #""template_card_event":"q-1","#, #""template_card_event":{"event_key":7},"#] {
                let frame =
                    #"{"cmd":"aibot_event_callback","headers":{"req_id":"r1"},"body":{"msgid":"E1","aibotid":"aibLiner","#
                    + #""chattype":"single","from":{"userid":"u1"},"msgtype":"event","event":{\#(event)"#
                    + #""eventtype":"template_card_event"}}}"#
                await bots.wecom.sockets.write(Array(frame.utf8), to: bots.socket.id)
                await bots.wecom.sockets.write(Array(frame.utf8.dropLast(7)), to: bots.socket.id)
            }
            await bots.wecom.tell("OK on", as: user, to: bots.socket)
            let answer = try await bots.shown { $0.isFinished }
            #expect(answer.text == "on")
        }
    }

    @Test("behind a failure comes a card by which a person starts over")
    func socketStartOver() async throws {
        try await withBots { bots in
            await bots.wecom.tell("FAIL now", as: user, to: bots.socket)
            let card = try await bots.shown { $0.card != nil }.card
            #expect(bots.wecom.transcript.bubbles.first?.text.contains("could not be answered") == true)
            #expect(card?["jump_list"]?.array?.first?["question"] == "/new")
            await bots.wecom.tell("@b FAIL now", as: user, in: Self.group, to: bots.socket)
            let inGroup = try await bots.shown { $0.chat == Self.group && $0.isFinished }
            #expect(inGroup.text.contains("could not be answered"))
            await bots.wecom.tell("OK on", as: user, to: bots.socket)
            _ = try await bots.shown { $0.text == "on" }
            #expect(bots.wecom.transcript.bubbles.count { $0.card != nil } == 1)
        }
    }

    // MARK: The greeting

    private static let card: JSONValue = [
        "card_type": "text_notice", "main_title": ["title": "你好"],
        "jump_list": [["type": 3, "title": "开始", "question": "/help"]],
        "card_action": ["type": 1, "url": "https://example.com/"],
    ]

    @Test("who comes in is greeted with a card, once a day, on either lane")
    func greeting() async throws {
        let greeting = Greeting(.templateCard(try TemplateCard(ofBot: Self.card)))
        try await withBots(greeting: greeting) { bots in
            let first = await bots.wecom.enter(bots.webhook, as: user)
            #expect(first?.card == Self.card && first?.fault == nil)
            #expect(await bots.wecom.enter(bots.webhook, as: user) == nil)
            #expect(await bots.wecom.enter(bots.webhook, as: UserID("u2"))?.card == Self.card)
            for _ in 1...2 { await bots.wecom.enter(bots.socket, as: user) }
            await bots.wecom.enter(bots.socket, as: UserID("u2"))
            await bots.wecom.tell("OK on", as: user, to: bots.socket)
            _ = try await bots.shown { $0.text == "on" }
            #expect(bots.wecom.transcript.bubbles.count { $0.bot == bots.socket.id && $0.card != nil } == 2)
        }
    }
}
