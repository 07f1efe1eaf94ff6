import HTTP
import HTTPClient
import HTTPServer
import JSON
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("The simulated WeCom", .timeLimit(.minutes(5))) struct SimulatorTests {
    @Test("the same words from the same agent of two corps are no duplicates; again from one of them they are")
    func duplicates() async throws {
        let apps = try ["ww0000000000000001", "ww0000000000000002"].map { corp in
            FakeApp(
                corpID: CorpID(corp), agentID: AgentID(1_000_002), secret: Secret("secret of \(corp)"),
                keys: try CallbackKeys(
                    token: Secret("token"), encodingAESKey: Secret(String(repeating: "A", count: 43))),
                callbackURL: "")
        }
        let loop = try EventLoop(named: "test")
        let transport = CurlTransport()
        let wecom = FakeWeCom(apps: apps, port: 0, transport: transport, on: loop, log: .silent)
        let url = "http://127.0.0.1:\(try await wecom.listener.open())/cgi-bin"

        for app in apps + [apps[0]] {
            let secret = app.secret.reveal().replacing(" ", with: "%20")
            let token = try await transport.send(
                HTTPRequest(.get, "\(url)/gettoken?corpid=\(app.corpID.text)&corpsecret=\(secret)"), .init())
            let text = try #require(try JSONValue(parsing: token.bytes)["access_token"]?.string)
            let body =
                #"{"touser":"u1","msgtype":"text","agentid":1000002,"text":{"content":"hi"},"#
                + #""enable_duplicate_check":1}"#
            let sent = try await transport.send(
                HTTPRequest(.post, "\(url)/message/send?access_token=\(text)", body: Array(body.utf8)), .init())
            #expect(try JSONValue(parsing: sent.bytes)["errcode"]?.integer == 0)
        }
        #expect(wecom.transcript.messages.map(\.isSwallowed) == [false, false, true])
        #expect(wecom.transcript.delivered.map(\.corpID) == apps.map(\.corpID))

        await wecom.listener.quiesce(by: .now)
        await transport.close()
        loop.stop()
    }
}
