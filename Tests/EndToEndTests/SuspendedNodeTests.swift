import Foundation
import Lifecycle
import PostgresTesting
import ProgramTesting
import Router
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

/// A real server that stands still for longer than its leases last, as a machine does that was suspended.
@Suite("A suspended server", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(3)))
struct SuspendedNodeTests {
    private static let bot = FakeSocketBot(id: BotID("aibHelper"), secret: Secret("bot-secret"))
    private let other = UserID("u2")

    @Test("finds when it goes on that nothing is its own any more: no turn, no answer, no bot's connection, no stream")
    func suspended() async throws {
        let server = try PostgresServer.shared
        let schema = try server.makeSchema()
        let environment = [
            "WECOM_ROUTER_STORE_URL": server.url(schema: schema), "WECOM_ROUTER_LEASES": "12",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        try await with { world in
            world.wecom.sockets.add(Self.bot)
            try await world.start(with: environment)
            await world.wecom.sockets.untilConnected([Self.bot.id])
            await world.say("long")
            _ = await world.wecom.tell("long", as: other, to: Self.bot)
            try await eventually { begun(in: world.directory) == 2 }

            let folder = world.directory + "/other"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try String(contentsOfFile: world.directory + "/config.yaml", encoding: .utf8)
                .replacing("from alpha", with: "from beta")
                .write(toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
            let beta = try Program(running: ["serve"], environment: environment, in: folder)
            let log = ServerLog(await beta.untilLogged(#""message":"ready""#))
            Task { await log.follow(beta) }
            try await attempt {
                world.server?.send(SIGSTOP)
                // Both turns could end now, and are another's to begin again.
                try Data().write(to: URL(fileURLWithPath: world.directory + "/go"))
                #expect(await world.texts(1) == ["from beta"], "\(log.text)")
                #expect(await world.wecom.transcript.bubbles(atLeast: 1).map(\.text) == ["from beta"], "\(log.text)")
                world.server?.send(SIGCONT)
                await world.untilLogged("another worker has taken this job over", times: 2)
                await world.untilLogged("the bot is disconnected")
                await world.stop()
                #expect(world.wecom.transcript.delivered.map(\.text) == ["from beta"])
                #expect(world.wecom.transcript.bubbles.map(\.text) == ["from beta"])
                #expect(commandsOfTheFirst(behindTheSecond: world.wecom.sockets.record.events) == [])
                let rows = try server.run("SELECT state, count(*) FROM \(schema).jobs GROUP BY state")
                print(
                    "ROWS", try server.run("SELECT job, state, attempt, crashes, reason FROM \(schema).jobs"),
                    try server.run("SELECT job,n,what,why FROM \(schema).events ORDER BY job,n"), log.text)
                #expect(rows == ["done|2"])
            } finally: {
                world.server?.send(SIGCONT)
                beta.send(SIGTERM)
                _ = await beta.finish()
            }
        }
    }

    /// The commands that WeCom took over the first connection once another had the bot.
    private func commandsOfTheFirst(behindTheSecond events: [SocketEvent]) -> [String] {
        let second = events.lastIndex { if case .subscribed = $0 { true } else { false } } ?? events.endIndex
        return events[second...].compactMap { if case .command(1, let name, code: 0) = $0 { name } else { nil } }
    }

    /// The number of programs that have begun.
    private func begun(in directory: String) -> Int {
        (try? String(contentsOfFile: directory + "/begun", encoding: .utf8))?.count { $0 == "x" } ?? 0
    }

    private func with(_ body: (ServedWorld) async throws -> Void) async throws {
        let script = """
            cat >/dev/null
            echo x >> "$HOME/begun"
            until [ -e "$HOME/go" ]; do sleep 0.05; done
            echo from alpha
            """
        let more = "sandbox: false\n  environment: { HOME: \"$${PWD}\" }"
        try await ServedWorld.with(
            agents: shell(script, more: more),
            bots: { port in
                """
                bots:
                  - name: helper
                    mode: socket
                    bot_id: aibHelper
                    secret: bot-secret
                    agent: bot
                    allow_all_users: true
                    websocket_url: \(FakeWeCom.socketAddress(port: port))
                """
            }
        ) { world in
            try world.homeIsDirectory()
            try await body(world)
        }
    }
}
