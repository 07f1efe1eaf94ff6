import Foundation
import HTTPClient
import Lifecycle
import PostgresTesting
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// The statements that a server asks of its database, as the database counts them.
@Suite(
    "What a server asks of its database", .enabled(if: PostgresServer.isAvailable), .serialized, .timeLimit(.minutes(2))
)
struct DatabaseLoadTests {
    /// Lends a server with an app and a bot that is connected, over a database that counts statements by role.
    private func with(_ body: (LoopbackWorld, CountingServer) async throws -> Void) async throws {
        let counting = try CountingServer()
        try await withWorld(adjust: {
            $0.apps[0].conduct.signs.acknowledgeAfter = SignsOfLife().acknowledgeAfter
            $0.bots = [SteeredBot.configured()]
            $0.store.location = .postgres(url: Secret(counting.url), node: $0.store.path)
        }) { world in
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            try await attempt {
                await world.untilBotsConnect()
                await world.wecom.say("OK hello", as: UserID("u1"), to: world.apps[0])
                _ = await world.wecom.transcript.delivered(atLeast: 1)
                try await body(world, counting)
            } finally: {
                router.stop()
                try await router.ended()
            }
        }
    }

    @Test("a server that has nothing to do makes at most five statements a second")
    func idle() async throws {
        try await with { _, counting in
            // What came before has an end that is written a moment later.
            _ = try await counting.statements(within: 3)
            let seconds = 20
            let statements = try await counting.statements(within: seconds)
            print("idle: \(Double(statements.count) / Double(seconds)) statements a second")
            let kinds = Dictionary(grouping: statements) { $0 }.mapValues(\.count).sorted { $0.value > $1.value }
            #expect(statements.count <= 5 * seconds, "\(kinds)")
        }
    }

    @Test("however many messages come, other servers are told at most twenty times a second")
    func notifications() async throws {
        try await with { world, counting in
            let before = try counting.statements().count
            let began = MonotonicTime.now
            await withTaskGroup { tasks in
                for user in 1...40 {
                    tasks.addTask {
                        for number in 1...5 {
                            await world.wecom.say("OK \(number)", as: UserID("p\(user)"), to: world.apps[0])
                        }
                    }
                }
            }
            _ = await world.wecom.transcript.delivered(atLeast: 201)
            let seconds = Double(MonotonicTime.now.since(began).inMilliseconds) / 1000
            let told = try counting.statements().dropFirst(before).count { $0.contains("pg_notify") }
            print("under load: \(told) notifications in \(seconds) s")
            #expect(told > 0 && Double(told) <= 20 * seconds + 1)
        }
    }
}

/// A PostgreSQL that writes down what the role `router` asks.
private struct CountingServer {
    private let server: PostgresServer
    private let threads = BlockingThreads(named: "counting", count: 1)
    var url: String { server.url().replacing("user=postgres", with: "user=router") }

    init() throws {
        server = try PostgresServer(settings: ["log_statement": "all", "log_line_prefix": "%u "])
        try server.run("CREATE ROLE router LOGIN SUPERUSER")
    }

    /// The first lines of all statements so far, those that begin and end transactions among them.
    func statements() throws -> [String] {
        try String(contentsOfFile: server.folder + "/data/log", encoding: .utf8).split(separator: "\n").compactMap {
            line in
            let isOurs = ["router LOG:  execute ", "router LOG:  statement: "].contains { line.hasPrefix($0) }
            return isOurs ? String(line.drop { $0 != ":" }.dropFirst().drop { $0 != ":" }.dropFirst(2)) : nil
        }
    }

    /// The statements of so many seconds, by the database's clock.
    func statements(within seconds: Int) async throws -> [String] {
        let before = try statements().count
        _ = try await threads.run { [server] in try server.run("SELECT pg_sleep(\(seconds))") }
        return Array(try statements().dropFirst(before))
    }
}
