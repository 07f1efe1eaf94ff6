import HTTP
import JSON
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("The simulated long connection", .timeLimit(.minutes(2)))
struct LongConnectionTests {
    @Test("nothing but a subscription is taken before one, and a wrong secret is refused without an end")
    func subscription() async throws {
        try await withBots { world async throws in
            let wire = try await world.connect()
            #expect(try await wire.code(.ping) == 846_609)
            #expect(try await wire.code(.send(.markdown("x"), to: .user(BotWorld.user))) == 846_609)
            #expect(try await wire.code(.subscribe(world.socket.id, Secret("wrong"))) == 853_000)
            #expect(try await wire.code(.subscribe(BotID("aibOther"), world.socket.secret)) == 853_000)
            #expect(try await wire.code(.subscribe(world.socket.id, world.socket.secret)) == 0)
            #expect(try await wire.code(.ping) == 0)
        }
    }

    @Test("answers take the time that the rules say")
    func delay() async throws {
        try await withBots { world async throws in
            world.wecom.sockets.change { $0.answerDelay = .milliseconds(80)...(.milliseconds(90)) }
            let began = MonotonicTime.now
            _ = try await world.subscribed()
            #expect(MonotonicTime.now.since(began) >= .milliseconds(80))
        }
    }

    @Test("who is displaced is told at once and has the bot no more, and is closed as much later as the rules say")
    func kick() async throws {
        try await withBots { world async throws in
            world.wecom.sockets.change { $0.closesAfterKick = .seconds(60) }
            let first = try await world.subscribed()
            let second = try await world.subscribed()
            let kick = try await first.receive()
            #expect(kick["cmd"] == "aibot_event_callback")
            #expect(kick["body"]?["event"]?["eventtype"] == "disconnected_event")
            #expect(try await first.code(.send(.markdown("x"), to: .user(BotWorld.user))) == 846_609)
            world.wecom.sockets.change { $0.closesAfterKick = .milliseconds(10) }
            _ = try await world.subscribed()
            guard case .closed(let close, by: .server) = await second.ending() else {
                return _ = Issue.record("it did not close")
            }
            #expect(close.code == .normal)
        }
    }

    @Test("a subscription is lost in silence: heartbeats are answered, and commands are not taken")
    func silentLoss() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            world.wecom.sockets.loseSubscription(of: world.socket.id)
            #expect(try await wire.code(.ping) == 0)
            #expect(try await wire.code(.send(.markdown("x"), to: .user(BotWorld.user))) == 846_609)
            #expect(await world.wecom.tell("x", as: BotWorld.user, to: world.socket) == nil)
        }
    }

    @Test("a connection is ended with a close or without")
    func drops() async throws {
        try await withBots { world async throws in
            let first = try await world.subscribed()
            world.wecom.sockets.drop(world.socket.id)
            guard case .closed(_, by: .server) = await first.ending() else { return _ = Issue.record("no close") }
            let second = try await world.subscribed()
            world.wecom.sockets.drop(world.socket.id, withoutClose: true)
            guard case .lost = await second.ending() else { return _ = Issue.record("there was a close") }
        }
    }

    @Test("a connection is ended so long after its last heartbeat")
    func heartbeats() async throws {
        try await withBots { world async throws in
            world.wecom.sockets.change { $0.heartbeatLimit = .seconds(1) }
            // A machine that is busy may be too slow for a heartbeat.
            var beat: (wire: BotWire, began: MonotonicTime)?
            while beat == nil {
                let wire = try await world.connect()
                guard (try? await wire.code(.subscribe(world.socket.id, world.socket.secret))) == 0 else { continue }
                let began = MonotonicTime.now
                if (try? await wire.code(.ping)) == 0 { beat = (wire, began) }
            }
            let (wire, began) = try #require(beat)
            guard case .closed = await wire.ending() else { return _ = Issue.record("it did not close") }
            #expect(MonotonicTime.now.since(began) >= .seconds(1), "and not so long after it was opened")
        }
    }

    @Test("what was not answered is given again after a reconnect where the rules say so, once")
    func redelivery() async throws {
        try await withBots { world async throws in
            world.wecom.sockets.change { $0.redelivers = true }
            let first = try await world.subscribed()
            for text in ["answered", "open"] { await world.wecom.tell(text, as: BotWorld.user, to: world.socket) }
            let id = try await first.requestID()
            let open = try await first.receive()
            #expect(try await first.code(.respond(.markdown("done")), answering: id) == 0)
            for _ in 1...2 {
                world.wecom.sockets.drop(world.socket.id)
                while world.wecom.sockets.isConnected(world.socket.id) { await beforeLookingAgain() }
                let next = try await world.subscribed()
                let again = try await next.receive()
                #expect(again["body"] == open["body"] && again["headers"] != open["headers"])
                #expect(try await next.code(.ping) == 0, "nothing else came before")
            }
        }
    }

    @Test("messages and clicks have the address for a late answer, and the key of a file is with its address")
    func frames() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            await world.wecom.tell("hi", as: BotWorld.user, in: BotWorld.group, to: world.socket)
            let body = try await wire.receive()["body"]
            #expect(body?["response_url"]?.string?.hasPrefix("\(world.url)/cgi-bin/aibot/response?") == true)
            #expect(body?["chatid"] == "wrGroup" && body?["chattype"] == "group")
            for padsKey in [true, false] {
                let sealed = try world.wecom.seal(png, named: "a.png", as: .image, for: world.socket, padsKey: padsKey)
                let message = world.wecom.message(
                    .sealed(sealed), from: BotWorld.user, in: .single, to: world.socket.id)
                await world.wecom.give(message, to: world.socket)
                let image = try #require(try await wire.receive()["body"]?["image"])
                let key = try #require(image["aeskey"]?.string)
                #expect(key.hasSuffix("=") == padsKey)
                let file = try await world.get(try #require(image["url"]?.string)).bytes
                #expect(try MediaKey(Secret(key)).open(file) == png)
            }
        }
    }
}
