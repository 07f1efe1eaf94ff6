import HTTP
import HTTPClient
import JSON
import Router
import Testing
import WeCom

@testable import Agents

@Suite("a look at an endpoint", .timeLimit(.minutes(1)))
struct ChatProbeTests {
    private func probe(_ response: HTTPResponse) async throws -> AgentProbe {
        var probe: AgentProbe?
        try await ServerWorld.with(answering: { _ in response }) { world in
            let options = options(world) { $0.access.key = Secret("sk-12345678") }
            probe = await ChatCompletionsAgent(options: options, transport: world.transport).probe()
            #expect(world.requests.map(\.target) == ["/v1/models"])
            #expect(world.requests.first?.method == .get)
            #expect(world.requests.first?.headers["Authorization"] == "Bearer sk-12345678")
        }
        return try #require(probe)
    }

    private func models(_ names: [String]) -> HTTPResponse {
        let list: JSONValue = [
            "object": "list", "data": .array(names.map { ["id": .string($0), "object": "model"] }),
        ]
        return .json(.ok, list.bytes)
    }

    @Test("an endpoint that has the model is fine")
    func fine() async throws {
        #expect(try await probe(models(["x", "hermes-agent"])) == AgentProbe("hermes-agent"))
    }

    @Test("a model that is not there is told, with some that are")
    func noModel() async throws {
        let trouble = try #require(try await probe(models((1...12).map { "m\($0)" })).troubles.first)
        #expect(trouble.key == "model")
        #expect(trouble.reason == "the endpoint has no model hermes-agent")
        #expect(trouble.advice == "it has m1, m2, m3, m4, m5, m6, m7, m8, m9, m10 and 2 more")
    }

    @Test(
        "what is wrong is told by the key at fault",
        arguments: [(401, "api_key"), (403, "api_key"), (404, "base_url"), (500, "base_url")])
    func statuses(code: Int, key: String) async throws {
        let trouble = try #require(
            try await probe(.text(HTTPStatus(code), "key sk-12345678 is unknown")).troubles.first)
        #expect(trouble.key == key)
        #expect(!trouble.reason.contains("sk-1"))
    }

    @Test("a page in place of the list, or nobody there, is the address's fault")
    func wrongAddress() async throws {
        #expect(try await probe(.text(.ok, "<html>")).troubles.map(\.key) == ["base_url"])
        let transport = CurlTransport()
        let agent = ChatCompletionsAgent(
            options: .init(baseURL: "http://127.0.0.1:9/v1", model: "m"), transport: transport)
        #expect(await agent.probe().troubles.map(\.key) == ["base_url"])
        await transport.close()
    }
}
