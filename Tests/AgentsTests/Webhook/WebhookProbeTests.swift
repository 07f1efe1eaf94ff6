import HTTP
import HTTPClient
import Router
import Testing
import WeCom

@testable import Agents

@Suite("a look at a service", .timeLimit(.minutes(1)))
struct WebhookProbeTests {
    @Test("whoever answers is there, whatever the answer", arguments: [200, 204, 401, 404, 405, 500])
    func anyStatus(code: Int) async throws {
        try await ServerWorld.with(answering: { _ in .text(HTTPStatus(code), "") }) { world in
            let options = WebhookOptions(url: "\(world.url)/hook", secret: Secret("s"))
            #expect(await WebhookAgent(options: options, transport: world.transport).probe() == AgentProbe())
            #expect(world.requests.map(\.method) == [.options])
        }
    }

    @Test("nobody there is the address's fault")
    func nobody() async throws {
        let transport = CurlTransport()
        let options = WebhookOptions(url: "http://127.0.0.1:9/hook", secret: Secret("s"))
        let probe = await WebhookAgent(options: options, transport: transport).probe()
        #expect(probe.troubles.map(\.key) == ["url"])
        await transport.close()
    }
}
