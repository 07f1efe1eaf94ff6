import JSON
import Simulator
import Testing
import WeCom

@Suite("What a bot says over the simulated long connection", .timeLimit(.minutes(2)))
struct BotSpeechTests {
    private func asked(
        _ world: BotWorld, _ wire: BotWire, in chat: InboundMessage.Chat = .single
    ) async throws -> String {
        await world.wecom.tell("hi", as: BotWorld.user, in: chat, to: world.socket)
        return try await wire.requestID()
    }

    @Test("a stream shows its whole text so far, and ends once")
    func stream() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            let id = try await asked(world, wire)
            for frame in [.opening("S"), .running("S", "a"), .running("S", "ab"), .closing("S", "abc")] as [StreamFrame]
            {
                #expect(try await wire.code(.respond(.stream(frame)), answering: id) == 0)
            }
            #expect(try await wire.code(.respond(.stream(.running("S", "x"))), answering: id) == 846_608)
            #expect(try await wire.code(.respond(.stream(.closing("T", "another"))), answering: id) == 0)
            #expect(
                world.wecom.transcript.bubbles.map(\.texts) == [["<think></think>", "a", "ab", "abc"], ["another"]])
        }
    }

    @Test("a stream is over after the minutes that the rules say, and the refusal names them", arguments: [6, 10])
    func streamLife(minutes: Int) async throws {
        try await withBots { world async throws in
            world.wecom.sockets.change { $0.streamLife = .seconds(minutes * 60) }
            let wire = try await world.subscribed()
            let id = try await asked(world, wire)
            #expect(try await wire.code(.respond(.stream(.opening("S", "a"))), answering: id) == 0)
            world.wecom.clock.advance(by: .seconds(minutes * 60 - 1))
            #expect(try await wire.code(.respond(.stream(.running("S", "b"))), answering: id) == 0)
            world.wecom.clock.advance(by: .seconds(1))
            let answer = try await wire.give(.respond(.stream(.closing("S", "c"))), answering: id)
            #expect(answer["errcode"] == 846_608)
            #expect(answer["errmsg"]?.string?.contains("(>\(minutes) minutes)") == true)
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["b"])
        }
    }

    @Test("an id that no message came with, or that an event came with, answers nothing")
    func ids() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            #expect(try await wire.code(.respond(.markdown("x")), answering: "made-up") == 846_605)
            await world.wecom.enter(world.socket, as: BotWorld.user)
            let event = try await wire.requestID()
            #expect(try await wire.code(.respond(.markdown("x")), answering: event) == 846_605)
            #expect(try await wire.code(.welcome(.text("hello")), answering: event) == 0)
            #expect(try await wire.code(.welcome(.text("hello")), answering: event) == 846_605)
            let message = try await asked(world, wire)
            #expect(try await wire.code(.welcome(.text("hello")), answering: message) == 846_605)
        }
    }

    @Test("a welcome is taken for five seconds, and a bot hears once a day that somebody came in")
    func welcome() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            await world.wecom.enter(world.socket, as: BotWorld.user)
            let event = try await wire.requestID()
            world.wecom.clock.advance(by: .seconds(5))
            #expect(try await wire.code(.welcome(.text("late")), answering: event) == 846_605)
            #expect(await world.wecom.enter(world.socket, as: BotWorld.user) == nil)
        }
    }

    @Test("a welcome counts among the messages that a chat takes a minute")
    func welcomeCounts() async throws {
        try await withBots { world async throws in
            world.wecom.sockets.limitChats(to: .init(perMinute: 2, perHour: 1000))
            let wire = try await world.subscribed()
            let id = try await asked(world, wire)
            #expect(try await wire.code(.respond(.markdown("x")), answering: id) == 0)
            await world.wecom.enter(world.socket, as: BotWorld.user)
            #expect(try await wire.code(.welcome(.text("hello")), answering: try await wire.requestID()) == 0)
            #expect(try await wire.code(.send(.markdown("x"), to: .user(BotWorld.user))) == 45009)
        }
    }

    @Test("an answer over another socket than the message's is taken, unless the rules bind it")
    func binding() async throws {
        try await withBots { world async throws in
            let first = try await world.subscribed()
            let ids = [try await asked(world, first), try await asked(world, first)]
            let second = try await world.subscribed()
            #expect(try await second.code(.respond(.markdown("x")), answering: ids[0]) == 0)
            world.wecom.sockets.change { $0.bindsRequests = true }
            #expect(try await second.code(.respond(.markdown("x")), answering: ids[1]) == 846_605)
        }
    }

    @Test("a message of its own needs one before, in that chat, and the right type of it")
    func push() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            let (person, group) = (BotPeer.user(BotWorld.user), BotPeer.group(ChatID("wrGroup")))
            #expect(try await wire.code(.send(.markdown("x"), to: person)) == 93001)
            _ = try await asked(world, wire, in: BotWorld.group)
            #expect(try await wire.code(.send(.markdown("x"), to: person)) == 93001)
            #expect(try await wire.code(.send(.markdown("x"), to: group)) == 0)
            #expect(try await wire.code(.send(.markdown("x"), to: .user(UserID("wrGroup")))) == 93001)
            let text: JSONValue = ["chatid": "wrGroup", "chat_type": 2, "msgtype": "text", "text": ["content": "x"]]
            #expect(try await wire.code(raw: text, of: .send) == 40008)
            #expect(try await wire.code(raw: ["chat_type": 2, "msgtype": "markdown"], of: .send) == 93006)
        }
    }

    @Test("a text is none of the answers to a message, and what is empty or too long is refused")
    func refusals() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            let id = try await asked(world, wire)
            for (body, code) in [
                (["msgtype": "text", "text": ["content": "x"]], 40008), (["msgtype": "news"], 40008),
                (["msgtype": "markdown", "markdown": ["content": ""]], 44004),
                (
                    ["msgtype": "markdown", "markdown": ["content": .string(String(repeating: "a", count: 20_481))]],
                    44004
                ),
                (["msgtype": "stream", "stream": ["content": "x"]], 40058),
            ] as [(JSONValue, Int64)] {
                #expect(try await wire.code(raw: body, of: .respond, answering: id) == code)
            }
            #expect(world.wecom.transcript.bubbles.isEmpty)
        }
    }

    @Test(
        "a chat takes thirty messages a minute and a thousand an hour, a stream counts once, and other chats are others"
    )
    func rates() async throws {
        try await withBots { world async throws in
            world.wecom.limitInteractions(to: .max)
            let wire = try await world.subscribed()
            let id = try await asked(world, wire)
            for number in 1...40 {
                let frame = StreamFrame.running("S", "\(number)")
                #expect(try await wire.code(.respond(.stream(frame)), answering: id) == 0)
            }
            let push = BotCommand.send(.markdown("x"), to: .user(BotWorld.user))
            for _ in 1...29 { #expect(try await wire.code(push) == 0) }
            #expect(try await wire.code(push) == 45009)
            _ = try await asked(world, wire, in: BotWorld.group)
            #expect(try await wire.code(.send(.markdown("x"), to: .group(ChatID("wrGroup")))) == 0)
            world.wecom.sockets.limitChats(to: .init(perMinute: .max, perHour: 1000))
            world.wecom.clock.advance(by: .seconds(60))
            for _ in 1...970 { #expect(try await wire.code(push) == 0) }
            #expect(try await wire.code(push) == 45009)
            world.wecom.clock.advance(by: .seconds(3600))
            #expect(try await wire.code(push) == 0)
        }
    }
}
