import HTTP
import JSON
import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("AI bots over several servers", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(3)))
struct SharedBotTests {
    private let bot = BotID("aibHelper")

    private func with(
        _ names: [String] = ["alpha", "beta", "gamma"], over way: NodesWorld.Way = .direct,
        before: (PostgresServer, String) async throws -> Void = { _, _ in }, _ body: (NodesWorld) async throws -> Void
    ) async throws {
        try await NodesWorld.with(
            names, over: way, adjust: { $0.bots = [SteeredBot.configured()] }, before: before, body)
    }

    private func subscriptions(_ all: NodesWorld) -> Int {
        all.world.wecom.sockets.record.events.count { if case .subscribed = $0 { true } else { false } }
    }

    private func kicks(_ all: NodesWorld) -> Int {
        all.world.wecom.sockets.record.events.count { if case .kicked = $0 { true } else { false } }
    }

    @Test("one of three servers connects a bot, all say which, and its answers and messages go over that connection")
    func oneSocket() async throws {
        try await with { all in
            for node in all.nodes {
                let answer = try await all.bot("helper", at: node) { $0.state == "ready" }
                #expect(answer.owner == "alpha", "\(answer.json)")
            }
            let transcript = all.world.wecom.transcript
            for number in 1...6 {
                await all.world.wecom.tell("OK \(number)", as: UserID("u1"), in: .single, to: all.world.socketBots[0])
                _ = await transcript.bubbles(atLeast: number)
            }
            #expect(transcript.bubbles.map(\.text) == (1...6).map(String.init))
            for node in all.nodes {
                let posted = try await node.api.post([
                    "bot": "helper", "touser": "u1", "content": .string("from \(node.name)"),
                ])
                #expect(try await node.api.end(of: posted).state == "sent")
            }
            #expect(transcript.bubbles.suffix(3).map(\.text) == ["from alpha", "from beta", "from gamma"])
            #expect(subscriptions(all) == 1 && kicks(all) == 0)
            #expect(try await all[1].api.metric("bot_connected{app=\"helper\"}") == nil, "it is the owner's to tell")
        }
    }

    @Test(
        "what an operator wants of a bot is done by the server that has it, whichever is asked",
        arguments: NodesWorld.Way.available)
    func steering(_ way: NodesWorld.Way) async throws {
        try await with(["alpha", "beta"], over: way) { all in
            try await all.bot("helper", at: all[1]) { $0.state == "ready" }
            let off = try await all[1].api(.post, "/bots/helper/disconnect")
            #expect(off.state == "stopped" && off.owner == "alpha", "\(off.json)")
            #expect(!all.world.wecom.sockets.isConnected(bot))
            for node in all.nodes {
                let words = try await node.api(.get, "/bots/helper").json["off"]?.string
                #expect(words?.contains("an operator has disconnected it") == true)
            }
            #expect(try await all[1].api(.post, "/bots/helper/reconnect").status == .ok)
            try await all.bot("helper", at: all[0]) { $0.state == "ready" }
            #expect(try await all[1].api(.post, "/bots/helper/reconnect").state != "stopped")
            try await all.bot("helper", at: all[1]) { $0.state == "ready" && $0.json["reconnects"] == 2 }
            #expect(subscriptions(all) == 3)
            // Taken by somebody else it stays so everywhere, until an operator says otherwise.
            await all.world.wecom.sockets.write(BotFrame.kick(reason: nil).json.bytes, to: bot)
            let lost = try await all.bot("helper", at: all[1]) { $0.state == "displaced" }
            #expect(lost.owner == "alpha" && lost.json["off"]?.string?.contains("find who else connects") == true)
            #expect(try await all[1].api(.post, "/bots/helper/reconnect").status == .ok)
            try await all.bot("helper", at: all[1]) { $0.state == "ready" }
        }
    }

    @Test("a server that stops lets its bot go, and another has it at once; a disconnected one stays disconnected")
    func handover() async throws {
        try await with { all in
            try await all.bot("helper", at: all[2]) { $0.state == "ready" }
            try await all[0].stop()
            // What it counts is written a moment after it is ready.
            let next = try await all.bot("helper", at: all[2]) {
                $0.state == "ready" && $0.owner != "alpha" && $0.json["reconnects"] != 0
            }
            #expect(next.json["reconnects"] == 1 && next.json["last_disconnected_at"] != .null)
            #expect(kicks(all) == 0, "the first had closed it before")
            _ = try await all[1].api(.post, "/bots/helper/disconnect")
            let (owner, other) = next.owner == "beta" ? (all[1], all[2]) : (all[2], all[1])
            try await owner.stop()
            let last = try await all.bot("helper", at: other) { $0.owner == other.name }
            #expect(last.state == "stopped" && subscriptions(all) == 2)
        }
    }

    @Test("the bot of a server that died is another's when its lease has ended, and not before")
    func death() async throws {
        try await with(["alpha"]) { server, schema in
            let store = try await PostgresStore(at: Servers(server.url(schema: schema)), serving: [], owner: "dead")
            let held = try await store.holdSockets(of: [bot], for: "dead", lasting: .seconds(600), at: .steady)
            #expect(held == [bot: 1])
            await store.close()
        } _: { all in
            let waiting = try await all.bot("helper", at: all[0]) { $0.owner == "dead" }
            #expect(waiting.state != "ready" && !all.world.wecom.sockets.isConnected(bot))
            // What is said meanwhile waits for whoever has the connection.
            let posted = try await all[0].api.post(["bot": "helper", "touser": "u1", "content": "news"])
            #expect(try await all[0].api(.get, "/messages/\(posted.id)").state == "pending")
            try all.server.run("UPDATE \(all.schema).leases SET until = 0 WHERE name = 'bot aibHelper'")
            try await all.bot("helper", at: all[0]) { $0.state == "ready" && $0.owner == "alpha" }
            #expect(try await all[0].api.end(of: posted).state == "failed", "nobody has written to the bot yet")
            let number = try all.server.run("SELECT number FROM \(all.schema).leases WHERE name = 'bot aibHelper'")
            #expect(number == ["2"])
        }
    }
}
