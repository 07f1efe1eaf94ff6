import Foundation
import HTTP
import HTTPClient
import JSON
import Lifecycle
import PostgreSQL
import PostgresTesting
import ProgramTesting
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

@Suite(
    "What is said of a database that is not kept as it should be", .enabled(if: PostgresServer.isAvailable),
    .timeLimit(.minutes(2)))
struct DatabaseWarningTests {
    private func check(_ url: String, more: String = "") async throws -> Program.Ending {
        try await withDirectory { directory in
            let path = "\(directory)/config.yaml"
            try (smallConfiguration + "\nstore: { url: '\(url)'\(more) }")
                .write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            return try await Program(running: ["check"], in: directory).finish()
        }
    }

    @Test("check asks the database, has each remark with the place of store.url, and leaves nothing there")
    func remarks() async throws {
        let server = try PostgresServer.shared
        let database = try server.makeDatabase()
        let ending = try await check(server.url(database: database))
        #expect(ending.status == 0)
        for words in ["synchronous_standby_names is empty", "fsync is off"] {
            #expect(ending.output.contains("config.yaml:14:15: warning: store.url: \(words)"), "\(ending.output)")
        }
        #expect(!ending.output.contains("shared"), "\(ending.output)")
        #expect(try server.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", in: database) == ["0"])
    }

    @Test("check says of a database that serve would not take why, and of one that is away that serve would wait")
    func refusals() async throws {
        let server = try PostgresServer.shared
        let wrong = try await check(server.url(database: try server.makeDatabase(encoding: "SQL_ASCII")))
        #expect(
            wrong.status == 0 && wrong.output.contains("has the encoding SQL_ASCII: make one in UTF8"),
            "\(wrong.output)")
        let newer = try server.makeDatabase()
        try server.run(
            "CREATE TABLE schema_version AS SELECT 999::bigint AS version, 999::bigint AS usable_from", in: newer)
        let late = try await check(server.url(database: newer))
        #expect(late.output.contains("has schema version 999 and this program knows"), "\(late.output)")
        let away = try await check("postgres:///x?host=/tmp/nobody-is-here")
        #expect(away.status == 0 && away.output.contains("no server of it can be used"), "\(away.output)")
    }

    @Test("a pooler that the configuration does not name is told of", .enabled(if: PgBouncer.isAvailable))
    func pooler() async throws {
        let url = try PgBouncer.shared.url(database: try PostgresServer.shared.makeDatabase())
        let unsaid = try await check(url)
        #expect(unsaid.output.contains("store.pooler does not say so"), "\(unsaid.output)")
        let said = try await check(url, more: ", pooler: transaction")
        #expect(said.output.contains("there is no store.listen_url"), "\(said.output)")
    }

    @Test("a server stays ready, names what is not as it should be, and says at the start that it hears nobody")
    func ready() async throws {
        let server = try PostgresServer.shared
        let database = try server.makeDatabase()
        let capture = LogCapture()
        try await withWorld(
            log: capture.log,
            adjust: {
                $0.store.location = .postgres(url: Secret(server.url(database: database)), node: $0.store.path)
                $0.store.pooler = .transaction
            }
        ) { world in
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            let client = CurlTransport()
            try await attempt {
                var light = JSONValue.null
                try await eventually {
                    let answer = try await client.send(
                        HTTPRequest(.get, "http://127.0.0.1:\(router.managementPort)/ready"), .init())
                    light = try JSONValue(parsing: answer.bytes)
                    return light["degraded"]?.array?.isEmpty == false
                }
                #expect(light["status"] == "ready" && light["reasons"] == [])
                let said = light["degraded"]?.array?.compactMap(\.string) ?? []
                for words in ["synchronous_standby_names is empty", "there is no store.listen_url"] {
                    #expect(said.contains { $0.contains(words) }, "\(said)")
                }
                await world.wecom.say("OK all the same", as: UserID("u1"), to: world.apps[0])
                #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["all the same"])
            } finally: {
                await client.close()
                router.stop()
                try await router.ended()
            }
        }
        let log = capture.finish()
        #expect(log.contains("other nodes are not heard through the pooler"))
        #expect(log.contains("is not as it should be") && log.contains("synchronous_standby_names is empty"))
    }
}
