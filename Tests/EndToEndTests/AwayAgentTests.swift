import Router
import RouterTesting
import Simulator
import System
import Testing

@Suite("Agents that are away, in the program as it is shipped", .timeLimit(.minutes(5)))
struct AwayAgentTests {
    private func agent(at port: Int) -> String {
        "bot: { kind: openai, base_url: \"http://127.0.0.1:\(port)/v1\", model: m, introduce: false }"
    }

    @Test("what was said while the agent was away is answered when it is there, and the person is told of both, once")
    func comesBack() async throws {
        let port = try await freePort()
        try await ServedWorld.with(agents: agent(at: port), more: "max_attempts: 1") { world in
            try await world.start()
            await world.say("hello")
            #expect(await world.texts(1)[0].hasPrefix("智能体暂时联系不上。"))
            // Away for longer than one try.
            await world.untilLogged("the job waits for its next try", times: 2)
            try await Mirror.with(port: port) { _ in
                #expect(await world.texts(3).dropFirst() == [ChatTexts.chinese.back, "hello"])
            }
        }
    }

    @Test("/stop ends the wait")
    func stop() async throws {
        let port = try await freePort()
        try await ServedWorld.with(agents: agent(at: port)) { world in
            try await world.start()
            await world.say("hello")
            _ = await world.texts(1)
            await world.untilLogged("the job waits for its next try", times: 1)
            await world.say("/stop")
            let told = await world.texts(2)[1]
            #expect(told.contains("已取消 1 条排队的消息。") || told.contains(ChatTexts.chinese.stopping), "\(told)")
            // The agent is there, and hears of what came after it alone.
            try await Mirror.with(port: port) { _ in
                await world.say("later")
                #expect(await world.texts(3).last == "later")
                #expect(!world.wecom.transcript.messages.contains { $0.text == "hello" })
            }
        }
    }
}
