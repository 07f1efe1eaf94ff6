import Foundation
import HTTP
import HTTPClient
import HTTPServer
import Lifecycle
import Observability
import SeededTesting
import Simulator
import System
import WeCom

/// The whole of it: WeCom and the people are played here, the server is the real one.
struct Trial {
    private let options: Options
    private let sink = LogSink.standardError(format: .text)

    init(_ options: Options) { self.options = options }

    /// The time in which a server has to come by its crash point, or to answer what is left at the end.
    private static let patience = Duration.seconds(30)

    /// Prints what was found. Returns if every promise was kept; otherwise it ends the program with 1.
    func run() async throws {
        StandardOutput.write("seed \(options.seed), \(options.rounds) rounds\n")
        let began = MonotonicTime.now
        var random = SeededNumbers(seed: options.seed)
        let directory = try TemporaryDirectory(prefix: "wecom-router-crash-")
        let loop = try EventLoop(named: "wecom")
        let log = Logger(to: sink, level: .error)
        let port = try await freePort(on: loop, log, &random)
        let cast = try Cast(port: port)
        let transport = CurlTransport()
        let wecom = FakeWeCom(apps: cast.apps, port: 0, transport: transport, on: loop, log: log)
        // People here hear more in a minute than WeCom would let them.
        wecom.limitMembers(to: .none)
        wecom.sockets.limitChats(to: .none)
        // A bot that has died leaves more of them open.
        wecom.limitInteractions(to: .max)
        wecom.sockets.add(cast.connectedBot)
        let api = "http://127.0.0.1:\(try await wecom.listener.open())"
        wecom.setBase(api)
        let teller = Teller(transport: transport)
        let tellersDoor = HTTPListener(
            name: "teller", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: log
        ) { await teller.answer($0) }
        let tellersURL = "http://127.0.0.1:\(try await tellersDoor.open())/"
        try cast.writeConfiguration(in: directory.path, port: port, api: api, teller: tellersURL)

        let stage = Stage(directory: directory.path, cast: cast, wecom: wecom, api: api, transport: transport)
        try Signals.onArrival { _ in
            stage.strike()
            Process.exitNow(130)
        }
        let history = try await stage.play(Instant.plan(rounds: options.rounds), &random, patience: Trial.patience)
        let verdict = Verdict(
            cast: cast, accounts: stage.ledger.accounts, wecom: wecom, history: history,
            givenUp: try await GivenUp.count(in: directory.path))
        StandardOutput.write(verdict.table(took: MonotonicTime.now.since(began)))
        if verdict.isFlawless {
            await wecom.listener.quiesce(by: .now)
            await tellersDoor.quiesce(by: .now)
            await transport.close()
        } else {
            // The directory stays with whoever looks into it, since the program ends before its owner does.
            StandardOutput.write("the database and the server's log are in \(directory.path)\n")
            Process.exitNow(1)
        }
        withExtendedLifetime(directory) {}
    }

    /// One that the system does not give to connections: while the server is down nobody else may take it.
    private func freePort(on loop: EventLoop, _ log: Logger, _ random: inout SeededNumbers) async throws -> Int {
        var failure: (any Error)?
        for _ in 0..<20 {
            let listener = HTTPListener(
                name: "port", at: .host("127.0.0.1", port: Int.random(in: 20_000..<32_000, using: &random)),
                limits: HTTPLimits(), on: loop, metrics: Metrics(), log: log
            ) { _ in HTTPResponse(.ok) }
            do {
                let port = try await listener.open()
                await listener.quiesce(by: .now)
                return port
            } catch {
                failure = error
            }
        }
        throw failure ?? CancellationError()
    }
}
