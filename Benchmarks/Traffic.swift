import HTTP
import Simulator
import System
import WeCom

/// Distinct callbacks, sealed and signed as WeCom would: some 1.1 KB each, from so many users that none has too many waiting.
struct Traffic {
    private let apps: [FakeApp]
    private let sent = Timestamp(seconds: Timestamp.now.seconds)

    static let users = 50_000
    static let text = String(repeating: "请查看昨天的报表并总结要点 check the report. ", count: 4)

    init(apps: [FakeApp]) { self.apps = apps }

    func app(_ number: Int) -> FakeApp { apps[number % apps.count] }

    func message(_ number: Int, text: String = Traffic.text) -> InboundMessage {
        let app = app(number)
        // Steps of a prime: users come in no order that the store would like.
        return InboundMessage(
            corp: app.corpID,
            sender: .member(UserID("user\(number &* 7919 % Traffic.users)")),
            createTime: sent,
            agentID: app.agentID,
            messageID: String(sent.milliseconds << 20 + Int64(number)),
            content: .text(text)
        )
    }

    func request(_ number: Int, at url: String) -> HTTPRequest {
        FakeWeCom.callback(of: message(number), to: app(number), at: url)
    }

    // MARK: For callbacks.lua

    /// Prints requests as they go over the wire, each behind six digits that say how long it is.
    static func run(_ arguments: inout Arguments) throws {
        let count = try arguments.count()
        let traffic = Traffic(apps: try Estate(apps: arguments.apps()).played())
        for start in stride(from: 0, to: count, by: 256) {
            var out = ""
            for number in start..<min(start + 256, count) {
                let wire = wire(traffic.request(number, at: "/wecom/callback"))
                out += String(String(1_000_000 + wire.utf8.count).dropFirst()) + wire
            }
            StandardOutput.write(out)
        }
    }

    private static func wire(_ request: HTTPRequest) -> String {
        """
        \(request.method) \(request.target) HTTP/1.1\r
        Host: 127.0.0.1\r
        Content-Type: text/xml\r
        Content-Length: \(request.body.count)\r
        \r

        """ + String(decoding: request.body, as: UTF8.self)
    }
}
