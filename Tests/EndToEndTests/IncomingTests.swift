import Router
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("What comes in and is no message", .timeLimit(.minutes(2)))
struct IncomingTests {
    private let user = UserID("u1")

    /// An event as it came `age` seconds ago: events have no id, so that two of one second are the same.
    private func event(
        _ event: InboundEvent, age: Int64 = 0, of world: LoopbackWorld, from user: UserID = UserID("u1")
    ) -> InboundMessage {
        var message = world.wecom.message(.event(event), from: user, to: world.apps[0])
        message.createTime = Timestamp(seconds: message.createTime.seconds - age)
        return message
    }

    // MARK: The greeting

    @Test("who comes in is greeted, and not again that day, whichever way they come")
    func greeting() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.greeting = Greeting("欢迎！") }) { world in
            let router = try await world.startRouter()
            for (age, arrival) in zip(Int64(0)..., [InboundEvent.enterAgent, .subscribe, .enterAgent, .subscribe]) {
                let tries = await world.wecom.post(event(arrival, age: age, of: world), to: world.apps[0])
                #expect(tries.last?.isAcknowledged == true)
            }
            await world.wecom.post(event(.enterAgent, of: world, from: UserID("u2")), to: world.apps[0])
            for user in ["u1", "u2"] { await world.wecom.say("end", as: UserID(user), to: world.apps[0]) }
            let sent = await world.wecom.transcript.delivered(atLeast: 4)
            for user in ["u1", "u2"] {
                #expect(sent.filter { $0.to == user }.map(\.text) == ["欢迎！", "end"])
            }
            router.stop()
            try await router.ended()
        }
    }

    @Test("the greeting of an app may be a card")
    func greetingCard() async throws {
        let card = TemplateCard.notice(title: "欢迎", opening: TemplateCard.homepage)
        try await withWorld(adjust: { $0.apps[0].conduct.greeting = Greeting(.templateCard(card)) }) { world in
            let router = try await world.startRouter()
            await world.wecom.post(event(.subscribe, of: world), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent.first?.card?.title == "欢迎" && world.wecom.transcript.refusals.isEmpty)
            router.stop()
            try await router.ended()
        }
    }

    @Test("once the period is over they are greeted again; a repeat of the same event is none")
    func greetingAgain() async throws {
        try await withWorld(
            adjust: { $0.apps[0].conduct.greeting = Greeting("欢迎！", atMostOncePer: .zero) }
        ) { world in
            let router = try await world.startRouter()
            let first = event(.enterAgent, age: 1, of: world)
            var second = first
            second.createTime = Timestamp(seconds: first.createTime.seconds + 1)
            for message in [first, first, second, second] { await world.wecom.post(message, to: world.apps[0]) }
            await world.wecom.say("end", as: user, to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 3)
            #expect(sent.map(\.text) == ["欢迎！", "欢迎！", "end"])
            #expect(try await router.metric(#"callbacks_total{effect="repeat"}"#) ?? 0 >= 2)
            router.stop()
            try await router.ended()
        }
    }

    @Test("who may not write is not greeted")
    func notGreeted() async throws {
        try await withWorld(
            adjust: {
                $0.apps[0].conduct.greeting = Greeting("欢迎！")
                $0.apps[0].policy = Policy(users: [UserID("u1")])
            }
        ) { world in
            let router = try await world.startRouter()
            for arrival in [InboundEvent.enterAgent, .subscribe] {
                let tries = await world.wecom.post(
                    event(arrival, of: world, from: UserID("mallory")), to: world.apps[0])
                #expect(tries.last?.isAcknowledged == true)
            }
            #expect(try await router.metric(#"callbacks_total{effect="nothing"}"#) ?? 0 >= 2)
            await world.wecom.post(event(.enterAgent, of: world), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.to) == ["u1"])
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }

    // MARK: The menu

    @Test("a click in the menu says what the menu has the person say, with what they scanned or picked")
    func menu() async throws {
        try await withWorld(
            adjust: { $0.apps[0].conduct.menu = ["HELP": "怎么用？", "SCAN": "这是什么？", "PLACE": "附近的打印机"] }
        ) { world in
            let router = try await world.startRouter()
            let place = try #require(InboundMessage.Coordinates(latitude: 31.25, longitude: 121.5))
            let choices: [MenuChoice] = [
                .click(key: "HELP"), .scanCode(.wait, key: "SCAN", type: "qrcode", result: "X-17"),
                .locationSelected(.init(place, label: "人民广场"), key: "PLACE", poi: "大厦"),
            ]
            for choice in choices {
                await world.wecom.send(.event(.menu(choice)), as: user, to: world.apps[0])
            }
            let sent = await world.wecom.transcript.delivered(atLeast: 3)
            #expect(
                sent.map(\.text) == [
                    "怎么用？", "这是什么？\nX-17", "附近的打印机\n大厦\n📍 人民广场\n31.25,121.5",
                ])
            #expect(try await router.metric(#"events_total{event="click"}"#) ?? 0 >= 1)
            router.stop()
            try await router.ended()
        }
    }

    // MARK: What is only counted

    @Test("what is nobody's message is acknowledged and counted, sets off nothing, and neither does its repeat")
    func counted() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.menu = ["HELP": "帮助"] }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let place = try #require(InboundMessage.Coordinates(latitude: 31.25, longitude: 121.5))
            let contents: [(InboundMessage.Content, name: String?)] = [
                (.event(.menu(.click(key: "OTHER"))), "click"), (.event(.menu(.view(url: "https://a.b"))), "view"),
                (.event(.location(place, precision: 10)), "LOCATION"), (.event(.unsubscribe), "unsubscribe"),
                (.event(.unknown(name: "brand_new", fields: [])), "unknown"), (.event(.enterAgent), "enter_agent"),
                (.unsupported(type: "hologram", fields: []), nil), (.text(" \n "), nil),
            ]
            for (content, name) in contents {
                let message = world.wecom.message(content, from: user, to: world.apps[0])
                for _ in 1...2 {
                    #expect(await world.wecom.post(message, to: world.apps[0]).last?.isAcknowledged == true)
                }
                if let name {
                    #expect(try await router.metric(#"events_total{event="\#(name)"}"#) ?? 0 >= 2, "\(name)")
                }
            }
            #expect(try await router.metric(#"callbacks_total{effect="nothing"}"#) ?? 0 >= 2 * contents.count)
            #expect(try await router.metric(#"callbacks_total{effect="job"}"#) == 0)
            await world.wecom.say("end", as: user, to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["re: end"])
            #expect(agent.turns.count == 1)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }
}
