import HTTP
import HTTPServer
import JSON
import Lifecycle
import Observability
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Lanes

@Suite("a bot's connection over real sockets", .timeLimit(.minutes(1)))
struct BotConnectionTests {
    @Test("it takes the bot, hears what people say in their order, and answers under the id that it heard")
    func hears() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let first = await world.wecom.tell("one", as: UserID("lisi"), to: world.bot)
                await world.wecom.tell("two", as: UserID("lisi"), in: .group(ChatID("wr1")), to: world.bot)
                await world.wecom.enter(world.bot, as: UserID("lisi"))
                try await eventually { world.heard.frames.count == 3 }
                #expect(world.heard.texts == ["one", "two"])

                let id = try #require(first)
                _ = await connection.send(.respond(.stream(.opening("s", "so"))), answering: id)
                let outcome = await connection.send(.respond(.stream(.closing("s", "so far"))), answering: id)
                #expect(outcome == .done(body: nil))
                let bubbles = await world.wecom.transcript.bubbles(atLeast: 1)
                #expect(bubbles.map(\.texts) == [["so", "so far"]])
                #expect(connection.status.lastCallback != nil && connection.status.lastConnected != nil)
            }
        }
    }

    @Test("a wrong secret is tried three times, then nothing more, and the log says what to compare")
    func wrongSecret() async throws {
        try await withLiveBot { world in
            let connection = world.connection(secret: Secret("WRONG-WORD"))
            try await world.running(connection) {
                for _ in 1...2 {
                    try await connection.comes(to: .retrying)
                    world.clock.advance(by: .seconds(60))
                    try await eventually { connection.status.state != .retrying }
                }
                try await connection.comes(to: .refused)
                world.clock.advance(by: .seconds(7200))
                #expect(world.opened == 3)
                #expect(connection.status.lastError?.contains("853000") == true)
                await connection.start()
                #expect(connection.status.state == .refused)
            }
            let log = world.capture.finish()
            #expect(log.contains("compare bot_id and secret"))
            #expect(!log.contains("WRONG-WORD"))
        }
    }

    @Test("heartbeats that are not answered cost the connection, and another is made")
    func deadPeer() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                world.wecom.faults.always(.botHeartbeat, .silence)
                for count in 1...2 {
                    world.clock.advance(by: .seconds(30))
                    await world.commands(.ping, atLeast: count)
                }
                #expect(connection.status.isReady)
                world.clock.advance(by: .seconds(30))
                try await connection.comes(to: .retrying)
                #expect(connection.status.why.contains("heartbeats"))
                world.wecom.faults.clear()
                world.clock.advance(by: .seconds(1))
                try await connection.comes(to: .ready)
                #expect(connection.status.reconnects == 1 && connection.status.failures == 0)
            }
        }
    }

    @Test("of two connections of one bot the first is displaced and stays so: one kick and no second")
    func displaced() async throws {
        try await withLiveBot { world in
            try await world.ready { first in
                let second = world.connection()
                try await world.running(second) {
                    try await second.comes(to: .ready)
                    try await first.comes(to: .displaced)
                    // It closes by itself, and does not wait for WeCom to.
                    await world.wecom.sockets.record.wait { $0.contains(.closed(1)) }
                    world.clock.advance(by: .seconds(7200))
                    await world.commands(.ping, atLeast: 1)
                    #expect(first.status.state == .displaced && second.status.isReady)
                    #expect(world.kicks == 1 && world.opened == 2)
                    #expect(await first.send(world.push("x")) == .unsent("the bot is not connected"))
                }
                await first.reconnect()
                try await first.comes(to: .ready)
            }
            #expect(world.capture.finish().contains("find who else connects"))
        }
    }

    @Test(
        "a subscription that is gone without a word costs the connection, and the command goes once more over another")
    func silentLoss() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                await world.wecom.tell("hello", as: UserID("lisi"), to: world.bot)
                world.wecom.sockets.loseSubscription(of: world.bot.id)
                async let outcome = connection.send(world.push("late"))
                try await connection.comes(to: .retrying)
                #expect(connection.status.why.contains("846609"))
                world.clock.advance(by: .seconds(1))
                #expect(await outcome == .done(body: nil))
                #expect(world.wecom.transcript.bubbles.map(\.text) == ["late"])
            }
        }
    }

    @Test("after a drop it waits for the part of a second that was drawn, and connects again")
    func drop() async throws {
        try await withLiveBot { world in
            try await world.ready(random: 0.25) { connection in
                world.wecom.sockets.drop(world.bot.id)
                await world.clock.advance(whenSomebodySleepsFor: .milliseconds(250))
                try await eventually { connection.status.reconnects == 1 }
                #expect(connection.status.isReady && world.opened == 2)
                #expect(connection.status.lastDisconnected != nil && connection.status.lastError != nil)
            }
        }
    }

    @Test("an operator's disconnect stays, whoever starts it, until an operator's reconnect")
    func operatorStops() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                await connection.disconnect()
                await world.wecom.sockets.record.wait { $0.contains(.closed(1)) }
                await connection.start()
                #expect(connection.status.state == .stopped(.byOperator))
                await connection.reconnect()
                try await connection.comes(to: .ready)
            }
        }
    }

    @Test("it ends at once when it is told to while a server leaves it without an answer")
    func stopWhileConnecting() async throws {
        try await withLiveBot { world in
            let asked = Signpost()
            try await withListener { _ in
                asked.reach()
                await Signpost().wait()
                return .text(.serviceUnavailable, "")
            } _: { port in
                let connection = world.connection(to: "ws://127.0.0.1:\(port)/")
                try await world.running(connection) { await asked.wait() }
                #expect(connection.status.state == .stopped(.shutdown))
                #expect(await connection.send(world.push("x")) == .unsent("the router is stopping"))
            }
        }
    }

    // MARK: Sending

    @Test(
        "an answer that does not come is not waited for longer than its time, and a sender that is cancelled not at all"
    )
    func unanswered() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                world.wecom.faults.always(.botMessage, .silence)
                async let outcome = connection.send(world.push("x"))
                await world.commands(.send, atLeast: 1)
                let cancelled = Task { await connection.send(world.push("y")) }
                await world.commands(.send, atLeast: 2)
                cancelled.cancel()
                #expect(await cancelled.value == .unanswered("cancelled"))
                world.clock.advance(by: .seconds(10))
                #expect(await outcome == .unanswered("no answer within 10.0 seconds"))
                #expect(connection.status.isReady)
            }
        }
    }

    // MARK: Hearing

    @Test("who is slow to hear holds up no answer and no heartbeat, and after three seconds costs the connection")
    func slowEar() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let hold = Signpost()
                world.heard.hold(until: hold)
                let id = try #require(await world.wecom.tell("one", as: UserID("lisi"), to: world.bot))
                try await eventually { world.heard.texts == ["one"] }
                #expect(await connection.send(.respond(.markdown("hi")), answering: id) == .done(body: nil))
                #expect(connection.status.isReady)
                await world.clock.advance(whenSomebodySleepsFor: .seconds(3))
                try await connection.comes(to: .retrying)
                #expect(connection.status.why.contains("not kept within"))
                world.heard.hold(until: nil)
                hold.reach()
                world.clock.advance(by: .seconds(1))
                try await connection.comes(to: .ready)
                await world.wecom.tell("two", as: UserID("lisi"), to: world.bot)
                try await eventually { world.heard.texts == ["one", "two"] }
            }
        }
    }

    @Test("heartbeats go out while somebody is slow to hear")
    func heartbeatsGoOn() async throws {
        try await withLiveBot { world in
            var limits = BotConnectionLimits()
            limits.hearing = .seconds(3600)
            try await world.ready(limits: limits) { connection in
                let hold = Signpost()
                world.heard.hold(until: hold)
                await world.wecom.tell("one", as: UserID("lisi"), to: world.bot)
                try await eventually { world.heard.texts == ["one"] }
                for count in 1...4 {
                    let before = connection.status.lastHeartbeat
                    world.clock.advance(by: .seconds(30))
                    await world.commands(.ping, atLeast: count)
                    try await eventually { connection.status.lastHeartbeat != before }
                }
                #expect(connection.status.isReady)
                hold.reach()
            }
        }
    }

    @Test("what cannot be kept, or finds no room, costs the connection")
    func cannotBeKept() async throws {
        try await withLiveBot { world in
            var limits = BotConnectionLimits()
            limits.unheard = 2
            try await world.ready(limits: limits) { connection in
                world.heard.keep(false)
                await world.wecom.tell("lost", as: UserID("lisi"), to: world.bot)
                try await connection.comes(to: .retrying)
                #expect(connection.status.why.contains("could not be kept"))
                world.heard.keep(true)
                world.clock.advance(by: .seconds(1))
                try await connection.comes(to: .ready)

                let hold = Signpost()
                world.heard.hold(until: hold)
                await world.wecom.tell("a", as: UserID("lisi"), to: world.bot)
                try await eventually { world.heard.texts == ["lost", "a"] }
                for text in ["b", "c", "d"] { await world.wecom.tell(text, as: UserID("lisi"), to: world.bot) }
                try await connection.comes(to: .retrying)
                #expect(connection.status.why.contains("2 frames"))
                hold.reach()
                try await eventually { world.heard.texts == ["lost", "a", "b", "c"] }
            }
        }
    }
}

/// Runs `body` beside a listener that answers as it is told.
func withListener(
    _ handler: @escaping HTTPHandler, _ body: (Int) async throws -> Void
) async throws {
    let loop = try EventLoop(named: "test server")
    let capture = LogCapture()
    let listener = HTTPListener(
        name: "test", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: capture.log, handler: handler)
    let port = try await listener.open()
    try await attempt {
        try await body(port)
    } finally: {
        await listener.quiesce(by: .now)
        loop.stop()
        _ = capture.finish()
    }
}
