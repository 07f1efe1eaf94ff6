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
}
