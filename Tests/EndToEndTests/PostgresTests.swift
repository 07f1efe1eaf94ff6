import Foundation
import PostgresTesting
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("Over PostgreSQL", .enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2)))
struct PostgresTests {
    @Test("two servers over one database answer everybody once, each from its own callbacks")
    func twoServers() async throws {
        let server = try PostgresServer.shared
        let schema = try server.makeSchema()
        try await withWorld(adjust: {
            $0.store.location = .postgres(url: Secret(server.url(schema: schema)), node: $0.store.path)
        }) {
            world in
            var other = world
            other.configuration.store.location = .postgres(
                url: Secret(server.url(schema: schema)), node: world.directory + "/other/node")
            let second = try await other.startRouter(agents: ["echo": ScriptedAgent()])
            for user in 1...10 { await world.wecom.say("OK a \(user)", as: UserID("u\(user)"), to: world.apps[0]) }
            let first = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            for user in 1...10 { await world.wecom.say("OK b \(user)", as: UserID("u\(user)"), to: world.apps[0]) }
            let sent = await world.wecom.transcript.delivered(atLeast: 20).map(\.text)
            #expect(sent.count == 20 && Set(sent).count == 20)
            for router in [first, second] {
                router.stop()
                try await router.ended()
            }
        }
    }

    @Test("a database that is not there yet: callbacks get 503 and /ready says why, until it is")
    func late() async throws {
        let server = try PostgresServer.shared
        let schema = try server.makeSchema()
        let folder = "/tmp/wecom-router-late-\(schema)"
        try await withWorld(adjust: {
            $0.store.location = .postgres(url: Secret(server.url(schema: schema, at: folder)), node: $0.store.path)
        }) { world in
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            let early = await world.wecom.say("too early", as: UserID("u1"), to: world.apps[0])
            #expect(!early.isEmpty && early.allSatisfy { $0.status == 503 })
            try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: server.folder)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            while await world.wecom.say("OK in time", as: UserID("u1"), to: world.apps[0]).last?.status != 200 {}
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["in time"])
            router.stop()
            try await router.ended()
        }
    }

    @Test("three servers over one database ask WeCom for one token, and for one more when it takes that no more")
    func oneToken() async throws {
        let server = try PostgresServer.shared
        let schema = try server.makeSchema()
        let key = Secret(String(repeating: "5a", count: 32))
        try await withWorld(adjust: {
            $0.store.location = .postgres(url: Secret(server.url(schema: schema)), node: $0.store.path)
            $0.store.secretKey = key
            $0.management.checksCredentials = false
        }) { world in
            var routers = [try await world.startRouter(agents: ["echo": ScriptedAgent()])]
            for name in ["b", "c"] {
                var other = world
                other.configuration.store.location = .postgres(
                    url: Secret(server.url(schema: schema)), node: world.directory + "/\(name)/node")
                routers.append(try await other.startRouter(agents: ["echo": ScriptedAgent()]))
            }
            for round in 1...2 {
                for user in 1...12 {
                    await world.wecom.say("OK \(round) \(user)", as: UserID("u\(user)"), to: world.apps[0])
                }
                _ = await world.wecom.transcript.delivered(atLeast: 12 * round)
                #expect(world.wecom.transcript.tokensIssued == round)
                world.wecom.revokeTokens()
            }
            let kept = try server.run("SELECT text FROM \(schema).tokens").joined()
            #expect(kept.contains("ENC[AES256_GCM,") && !kept.contains("token-"))
            for router in routers {
                router.stop()
                try await router.ended()
            }
        }
    }
}
