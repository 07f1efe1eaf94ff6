import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import Playground
import Simulator
import System
import WeCom

/// The pages over a simulated WeCom, with a small program that answers: two apps in a corp, one in another, and a bot.
struct Bench: Sendable {
    let wecom: FakeWeCom
    let playground: Playground
    let answerer: Answerer
    let apps: [FakeApp]
    let bot: FakeBot
    /// The address of the pages, without a slash at the end.
    let address: String
    /// The address to which the apps' callbacks go.
    let callbackURL: String
    /// Opens the pages again at the same address, as a program does that was started anew.
    let reopen: @Sendable () async throws -> Playground

    static let corp = "ww7f3c19e0b25d8a41"
}

func withBench(
    masksSecrets: Bool = false, patience: Duration = .seconds(5), appName: String = "代码助手", people: [UserID] = [],
    _ body: (Bench) async throws -> Void
) async throws {
    let loop = try EventLoop(named: "bench")
    let transport = CurlTransport()
    let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
    let names = [
        (appName, Bench.corp, 1_000_002), ("人事助手", Bench.corp, 1_000_004), ("采购助手", "ww02b9d41c7730ee58", 1_000_002),
    ]
    let apps = try names.map { _, corp, agent in
        FakeApp(
            corpID: CorpID(corp), agentID: AgentID(Int64(agent)), secret: Secret("secret-of-\(corp)-\(agent)"),
            keys: try CallbackKeys(token: Secret("token"), encodingAESKey: Secret(String(repeating: "A", count: 43))),
            callbackURL: "")
    }
    let bot = FakeBot(
        id: BotID("aib3fQ0x"),
        keys: try CallbackKeys(token: Secret("bot"), encodingAESKey: Secret(String(repeating: "B", count: 43))))
    let wecom = FakeWeCom(apps: apps, port: 0, transport: transport, on: loop, log: log, keeping: 20_000)
    let api = "http://127.0.0.1:\(try await wecom.listener.open())"
    wecom.setBase(api)
    let answerer = Answerer(apps: apps, bots: [bot]) { api }
    let listener = HTTPListener(
        name: "answerer", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: log
    ) { answerer.answer($0) }
    let port = try await listener.open()
    let callbackURL = "http://127.0.0.1:\(port)/wecom/callback"
    for app in apps { wecom.setCallbackURL(callbackURL, of: app) }
    wecom.setCallbackURL("http://127.0.0.1:\(port)/wecom/bot/xiaolu", of: bot)
    let roster = Roster(
        apps: zip(names, apps).map { name, app in
            let isTold = name.0 == "人事助手"
            return Roster.App(
                name: name.0, app: app, hearsVisits: isTold,
                offers: isTold ? [Roster.Offer(chinese: "年假", english: "leave")] : [])
        },
        bots: [Roster.Bot(name: "小路", lane: .webhook(bot))], named: [CorpID(Bench.corp): people])
    @Sendable func pages(port: Int) -> Playground {
        Playground(of: wecom, roster, port: port, masksSecrets: masksSecrets, patience: patience, on: loop, log: log)
    }
    let playground = pages(port: benchPort)
    let address = String(try await playground.open().dropLast())
    try await attempt {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await playground.run() }
            try await body(
                Bench(
                    wecom: wecom, playground: playground, answerer: answerer, apps: apps, bot: bot, address: address,
                    callbackURL: callbackURL
                ) {
                    let again = pages(port: Int(address.split(separator: ":").last ?? "") ?? 0)
                    _ = try await again.open()
                    return again
                })
            group.cancelAll()
        }
    } finally: {
        wecom.faults.clear()
        await playground.close()
        await listener.quiesce(by: .now)
        await wecom.listener.quiesce(by: .now)
        await answerer.close()
        await transport.close()
        loop.stop()
    }
}
