import HTTP
import HTTPClient
import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("A turn that an operator stops", .timeLimit(.minutes(5)))
struct CancelTests {
    private static let token = "a-token-for-this-test-alone"

    @Test("is stopped while it runs; the user is told, and the next message is answered")
    func running() async throws {
        try await withWorld(adjust: { $0.management.token = Secret(CancelTests.token) }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.say("HOLD for ever", as: UserID("u1"), to: world.apps[0])
            await agent.isHolding.wait()
            await world.wecom.say("next", as: UserID("u1"), to: world.apps[0])
            let running = try await ask(.get, "/v1/jobs?state=running", of: router)["jobs"]?.array?.first
            let job = try #require(running?["id"]?.string)
            let answer = try await ask(.post, "/v1/jobs/\(job)/cancel", of: router)
            #expect(answer["result"]?.string == "stopping")
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == [ChatTexts.chinese.cancelled, "re: next"])
            let story = try await ask(.get, "/v1/jobs/\(job)", of: router)
            #expect(story["state"]?.string == "cancelled")
            // Whether the notice is out before the turn has ended is nobody's promise.
            let events = story["events"]?.array?.compactMap { $0["what"]?.string } ?? []
            #expect(
                events.prefix(3) == ["accepted", "running", "told to stop"]
                    && Set(events.dropFirst(3)) == ["sent", "cancelled"])
            router.stop()
            try await router.ended()
        }
    }

    private func ask(_ method: HTTPMethod, _ path: String, of router: RunningRouter) async throws -> JSONValue {
        let transport = CurlTransport()
        let request = HTTPRequest(
            method, "http://127.0.0.1:\(router.managementPort)\(path)",
            headers: ["Authorization": "Bearer \(CancelTests.token)"])
        let response = try await transport.send(request, HTTPRequestOptions())
        await transport.close()
        return try JSONValue(parsing: response.bytes)
    }
}
