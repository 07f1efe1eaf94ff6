import HTTPServer
import Crypto
import HTTPClient
import Observability
import Router
import Simulator
import System
import WeCom

/// A router and a simulated WeCom that know each other, on free ports of loopback.
struct DemoWorld: Sendable {
    let router: RouterServer
    let wecom: FakeWeCom
    let app: FakeApp
    private let transport: CurlTransport
    private let loop: EventLoop

    static let appName = "demo"

    static func start(in directory: String, log: Logger) async throws -> DemoWorld {
        let loop = try EventLoop(named: "simulator")
        let transport = CurlTransport()
        let (token, aesKey) = (Secret(randomText(32)), Secret(randomText(43)))
        var app = FakeApp(
            corpID: CorpID("ww00000000000demo0"), agentID: AgentID(1_000_002), secret: Secret(randomText(43)),
            keys: try CallbackKeys(token: token, encodingAESKey: aesKey), callbackURL: "")
        let wecom = FakeWeCom(apps: [app], port: 0, transport: transport, on: loop, log: log)
        let apiPort = try await wecom.listener.open()

        var configuration = Configuration()
        configuration.server.host = "127.0.0.1"
        configuration.server.port = 0
        configuration.management.port = 0
        configuration.store.location = .sqlite(path: directory + "/router.db")
        configuration.agents = ["echo": .echo]
        var served = Configuration.App(
            name: appName, corpID: app.corpID, corpSecret: app.secret, agentID: app.agentID, token: token,
            encodingAESKey: aesKey, agent: "echo")
        served.allowedUsers = .everyone
        served.apiBaseURL = "http://127.0.0.1:\(apiPort)"
        configuration.apps = [served]
        let router = try await RouterServer.build(configuration, log: log)
        let port = try await router.publicListener.open()
        app.callbackURL = "http://127.0.0.1:\(port)\(configuration.server.path)"
        return DemoWorld(router: router, wecom: wecom, app: app, transport: transport, loop: loop)
    }

    func close() async {
        await wecom.listener.quiesce(by: .now.advanced(by: .milliseconds(200)))
        await transport.close()
        loop.stop()
    }
}

/// Letters and digits, as WeCom's tokens and keys are made of.
func randomText(_ length: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    return String((0..<length).map { _ in alphabet.randomElement() ?? "A" })
}
