import Agents
import Crypto
import HTTP
import HTTPClient
import JSON
import Lifecycle
import PostgresTesting
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// Each thing happens at one server, and the turn that it is about runs at another.
@Suite("Across servers", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(3)))
struct AcrossNodesTests {
    private let user = UserID("u1")
    private static let names = ["alpha", "beta"]

    /// Two servers, and the agent of each.
    private func with(
        over way: NodesWorld.Way, adjust: (inout Configuration) -> Void = { _ in },
        _ body: (NodesWorld, [ScriptedAgent]) async throws -> Void
    ) async throws {
        let agents = Self.names.map { _ in ScriptedAgent() }
        try await NodesWorld.with(
            Self.names, over: way,
            agents: { ["echo": AgentSetup(agents[Self.names.firstIndex(of: $0) ?? 0])] }, adjust: adjust
        ) { try await body($0, agents) }
    }

    /// Has a person begin a turn that holds, and all that comes afterwards go to the server in which it does not run. Returns the agent
    /// that holds.
    private func hold(
        _ all: NodesWorld, _ agents: [ScriptedAgent]
    ) async -> (agent: ScriptedAgent, other: NodesWorld.Node) {
        await all.world.wecom.say("HOLD on", as: user, to: all.world.apps[0])
        await firstOf(agents[0].isHolding.wait, agents[1].isHolding.wait)
        let runner = agents[0].isHolding.isReached ? 0 : 1
        all.callbacks(to: all[1 - runner])
        return (agents[runner], all[1 - runner])
    }

    @Test(
        "/stop ends a turn of another server, and only then says that it has",
        arguments: NodesWorld.Way.available)
    func stop(_ way: NodesWorld.Way) async throws {
        try await with(over: way) { all, agents in
            _ = await hold(all, agents)
            await all.world.wecom.say("/stop", as: user, to: all.world.apps[0])
            let texts = await all.world.wecom.transcript.delivered(atLeast: 2).map(\.text)
            #expect(texts == [ChatTexts.chinese.stopping, ChatTexts.chinese.stopped])
        }
    }

    @Test(
        "/status tells how far a turn of another server has come, and not of one that has ended",
        arguments: NodesWorld.Way.available)
    func status(_ way: NodesWorld.Way) async throws {
        try await with(over: way) { all, agents in
            let (agent, _) = await hold(all, agents)
            let transcript = all.world.wecom.transcript
            func status() async -> String {
                let count = transcript.delivered.count
                await all.world.wecom.say("/status", as: user, to: all.world.apps[0])
                return await transcript.delivered(atLeast: count + 1)[count].text
            }
            let told = "SELECT count(*) FROM progress WHERE line LIKE '%on page 3%'"
            try await eventually { try all.run(told) != ["0"] }
            #expect(await status().contains("on page 3"))
            agent.release.reach()
            while !transcript.delivered.contains(where: { $0.text == "held: HOLD on" }) { await beforeLookingAgain() }
            #expect(await status() == ChatTexts.chinese.statusIdle)
            try await eventually { try all.run("SELECT count(*) FROM progress") == ["0"] }
        }
    }

    @Test(
        "an answer to a question reaches the turn that asked it at another server",
        arguments: NodesWorld.Way.available)
    func answer(_ way: NodesWorld.Way) async throws {
        try await with(over: way) { all, agents in
            await all.world.wecom.say("ASK me", as: user, to: all.world.apps[0])
            let question = await all.world.wecom.transcript.delivered(atLeast: 1)[0]
            all.callbacks(to: all[agents[0].turns.isEmpty ? 0 : 1])
            await all.world.wecom.press("2", of: question, as: user, to: all.world.apps[0])
            let reply = await all.world.wecom.transcript.delivered(atLeast: 2)[1]
            #expect(reply.text == "told: \(Answer.chosen(["no-id"], by: user))")
        }
    }

    @Test(
        "jobs cancel ends a turn of another server",
        arguments: NodesWorld.Way.available)
    func cancel(_ way: NodesWorld.Way) async throws {
        try await with(over: way) { all, agents in
            let (agent, other) = await hold(all, agents)
            let job = try #require(agent.turns.first?.job)
            #expect(try await other.api(.post, "/jobs/\(job)/cancel").status == .ok)
            while try await other.api(.get, "/jobs/\(job)").state != "cancelled" {
                try Task.checkCancellation()
            }
            #expect(!agent.release.isReached)
        }
    }

    @Test(
        "polls of a bot's answer are told by one server what another writes, and then its end",
        arguments: NodesWorld.Way.available)
    func stream(_ way: NodesWorld.Way) async throws {
        let agents = Self.names.map { _ in GatedAgent(sayingFirst: "so far") }
        try await NodesWorld.with(
            Self.names, over: way, agents: { ["echo": AgentSetup(agents[Self.names.firstIndex(of: $0) ?? 0])] },
            adjust: { configuration in
                var bot = SteeredBot.configured()
                bot.wire = BotLane.webhook.wire
                configuration.bots = [bot]
            }
        ) { all in
            let (isSeen, wecom, bot) = (Signpost(), all.world.wecom, all.world.bots[0])
            async let bubble = wecom.say("go", as: user, to: bot, asking: .milliseconds(20)) {
                if $0.text == "so far" { isSeen.reach() }
            }
            await firstOf(agents[0].hasBegun.wait, agents[1].hasBegun.wait)
            let runner = agents[0].hasBegun.isReached ? 0 : 1
            // Seen at the server in which it runs, or not: the other has to know it, too.
            all.callbacks(to: all[1 - runner])
            await isSeen.wait()
            try await eventually { try all.run("SELECT shown FROM progress") == ["so far"] }
            agents[runner].mayEnd.reach()
            let texts = try #require(await bubble).texts
            #expect(texts.contains("so far") && texts.last == "answer to go", "\(texts)")
        }
    }

    @Test(
        "a service may tell its events to any server, hear answers from any, and fetch files from any",
        arguments: NodesWorld.Way.available)
    func calls(_ way: NodesWorld.Way) async throws {
        try await JobService.with { service in
            let options = WebhookOptions(url: "\(service.url)/hook", secret: Secret("very-secret"))
            try await NodesWorld.with(
                Self.names, over: way, agents: { _ in [:] },
                adjust: { configuration in
                    configuration.agents["echo"] = Configuration.Agent(kind: .http(options))
                    configuration.server.publicURL = "http://router.example"
                }
            ) { all in
                let content = [UInt8]("the content of the file".utf8)
                let wecom = all.world.wecom
                await wecom.send(content, .file, named: "报告.txt", as: user, to: all.world.apps[0])
                let job = await service.jobs(1)[0]
                let link = try #require(job["attachments"]?.array?.first?["url"]?.string)
                for node in all.nodes {
                    let url = link.replacing("http://router.example", with: "http://127.0.0.1:\(node.router.port)")
                    let fetched = try await node.api.client.send(HTTPRequest(.get, url), .init())
                    #expect(fetched.status == .ok && fetched.bytes == content, "\(node.name)")
                }
                let (address, token) = (job["callback_url"]?.string ?? "", job["callback_token"]?.string ?? "")
                func call(
                    _ method: HTTPMethod, _ node: NodesWorld.Node, _ body: JSONValue = .null
                ) async throws -> JSONValue {
                    let url = address.replacing("http://router.example", with: "http://127.0.0.1:\(node.router.port)")
                    let headers: HTTPHeaders = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
                    let request = HTTPRequest(method, url, headers: headers, body: method == .get ? [] : body.bytes)
                    let answer = try await node.api.client.send(request, .init())
                    #expect(answer.status == .ok)
                    return try JSONValue(parsing: answer.bytes)
                }
                let options: JSONValue = [["id": "y", "label": "Yes"], ["id": "n", "label": "No"]]
                for (seq, node) in all.nodes.enumerated() {
                    _ = try await call(
                        .post, node,
                        [
                            "seq": .integer(Int64(seq + 1)), "type": "approval", "id": .string("a\(seq)"),
                            "title": "Send it?", "options": options,
                        ])
                    let question = await wecom.transcript.delivered(atLeast: seq + 1)[seq]
                    all.callbacks(to: node)
                    await wecom.press("1", of: question, as: user, to: all.world.apps[0])
                    for node in all.nodes {
                        let answers = try await call(.get, node)["answers"]?.array ?? []
                        #expect(answers.count == seq + 1 && answers.last?["option"] == "y")
                    }
                }
                _ = try await call(.post, all[0], ["seq": 3, "type": "final", "text": "done"])
                while !wecom.transcript.delivered.contains(where: { $0.text == "done" }) { await beforeLookingAgain() }
            }
        }
    }
}
