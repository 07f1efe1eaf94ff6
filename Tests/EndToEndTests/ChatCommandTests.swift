import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("Control from the chat", .timeLimit(.minutes(1)))
struct ChatCommandTests {
    private let user = UserID("u1")

    /// A world in which the user's first message is held by the agent.
    private func withHeldTurn(
        _ body: (LoopbackWorld, ScriptedAgent, (String) async -> Void) async throws -> Void
    ) async throws {
        try await withWorld { world in
            world.wecom.limitMembers(to: .none)
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("HOLD the report", as: user, to: world.apps[0])
            await agent.isHolding.wait()
            try await body(world, agent) { await world.wecom.say($0, as: user, to: world.apps[0]) }
            router.stop()
            try await router.ended()
        }
    }

    private func texts(_ count: Int, in world: LoopbackWorld) async -> [String] {
        await world.wecom.transcript.delivered(atLeast: count).map(\.text)
    }

    @Test("/stop says that it stops, and that it has once the turn is gone; what waits is cancelled")
    func stop() async throws {
        try await withHeldTurn { world, agent, say in
            await say("waits")
            await say("/stop")
            #expect(await texts(2, in: world) == ["正在停止…\n已取消 1 条排队的消息。", "已停止。"])
            await say("next")
            #expect(await texts(3, in: world).last == "re: next")
            #expect(agent.turns.map(\.text) == ["HOLD the report", "next"])
            await say("/停止")
            #expect(await texts(4, in: world).last == "现在没有正在处理的消息。")
        }
    }

    @Test("/status and /queue answer while the turn runs: what, since when, how far, and what waits")
    func status() async throws {
        try await withHeldTurn { world, agent, say in
            await say("first waits")
            await say("second waits")
            await say("／status")
            await say("/queue")
            await say("/queue drop 1")
            let said = await texts(3, in: world)
            let lines = said[0].split(separator: "\n")
            #expect(lines.first == "正在处理：HOLD the report")
            #expect(lines.dropFirst().first?.hasSuffix("on page 3") == true)
            #expect(lines.last == "还有 2 条消息在排队。")
            #expect(said[1] == "1. first waits\n2. second waits\n发送“/queue 删除 序号”可以取消其中一条，例如：/queue 删除 1")
            #expect(said[2] == "已取消：first waits")
            agent.release.reach()
            #expect(await texts(5, in: world).suffix(2) == ["held: HOLD the report", "re: second waits"])
        }
    }

    @Test("/new begins afresh: what the agent remembers is not there any more, and what runs keeps its own")
    func new() async throws {
        try await withWorld { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            var count = 0
            for (text, answer) in [
                ("REMEMBER blue", "remembered"), ("what?", "blue, re: what?"), ("新会话", "已开始新的会话。"),
                ("what?", "re: what?"), ("REMEMBER red", "remembered"), ("and?", "red, re: and?"),
            ] {
                await world.wecom.say(text, as: user, to: world.apps[0])
                count += 1
                #expect(await texts(count, in: world).last == answer)
            }
            router.stop()
            try await router.ended()
        }
    }

    @Test("what the agent remembers is its own conversation's, and outlives a restart")
    func sessions() async throws {
        try await withWorld(apps: ["dept-a", "dept-b"]) { world in
            world.wecom.limitMembers(to: .none)
            var router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("REMEMBER blue", as: user, to: world.apps[0])
            _ = await texts(1, in: world)
            router.stop()
            try await router.ended()
            router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("what?", as: user, to: world.apps[0])
            #expect(await texts(2, in: world).last == "blue, re: what?")
            await world.wecom.say("what?", as: UserID("u2"), to: world.apps[0])
            #expect(await texts(3, in: world).last == "re: what?")
            await world.wecom.say("what?", as: user, to: world.apps[1])
            #expect(await texts(4, in: world).last == "re: what?")
            router.stop()
            try await router.ended()
        }
    }

    @Test("a session that its agent has lost begins afresh once, and the person is told")
    func lost() async throws {
        try await withWorld { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("REMEMBER blue", as: user, to: world.apps[0])
            _ = await texts(1, in: world)
            await world.wecom.say("LOSE it", as: user, to: world.apps[0])
            #expect(await texts(3, in: world).suffix(2) == [ChatTexts.chinese.sessionLost, "re: LOSE it"])
            router.stop()
            try await router.ended()
        }
    }

    @Test("a session that is over by its age or its turns is not gone on with")
    func limits() async throws {
        try await withWorld { world in
            world.wecom.limitMembers(to: .none)
            let setup = AgentSetup(ScriptedAgent(), sessions: SessionLimits(turns: 2))
            let router = try await world.startRouter(setups: ["echo": setup])
            let answers = ["remembered", "blue, re: one", "re: two"]
            for (number, text) in ["REMEMBER blue", "one", "two"].enumerated() {
                await world.wecom.say(text, as: user, to: world.apps[0])
                #expect(await texts(number + 1, in: world).last == answers[number])
            }
            router.stop()
            try await router.ended()
        }
    }

    @Test("what there was before an agent broke off is shown as incomplete")
    func incomplete() async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.retry.maxAttempts = 1 }) { world in
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("BREAK off", as: user, to: world.apps[0])
            let texts = await texts(2, in: world)
            #expect(texts == [ChatTexts.chinese.failed, "\(ChatTexts.chinese.incomplete)\n\nso far"])
            router.stop()
            try await router.ended()
        }
    }

    @Test("/retry runs the last message again, and an app may rename a command or switch it off")
    func retry() async throws {
        try await withWorld(adjust: {
            $0.apps[0].conduct.commands.words[.retry] = ["/again"]
            $0.apps[0].conduct.commands.words[.help] = []
        }) { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            let talk = [
                ("hello", ["re: hello"]), ("/again", ["重新处理：hello", "re: hello"]), ("/retry", ["re: /retry"]),
                ("/help", ["re: /help"]),
            ]
            var count = 0
            for (text, answers) in talk {
                await world.wecom.say(text, as: user, to: world.apps[0])
                count += answers.count
                #expect(await texts(count, in: world).suffix(answers.count) == answers)
            }
            router.stop()
            try await router.ended()
        }
    }
}
