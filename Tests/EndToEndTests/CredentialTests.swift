import HTTP
import HTTPClient
import JSON
import Lifecycle
import RouterServer
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("What is known of apps' credentials", .timeLimit(.minutes(2)))
struct CredentialTests {
    @Test("every app is asked for once after the start, and /v1/apps, /ready and the metrics tell who is in trouble")
    func atTheStart() async throws {
        let capture = LogCapture()
        try await withWorld(apps: ["good", "wrong", "away"], log: capture.log) { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.management.checksCredentials = true
            configuration.apps[1].corpSecret = Secret("mistyped-Secret-0123456789-abcdefghijklmno")
        } _: { world in
            world.wecom.faults.always(.gettoken, of: Faults.Scope(app: world.apps[2]), .status(503))
            let router = try await world.startRouter()
            let client = CurlTransport()
            let api = ProgrammingInterface(client: client, port: router.managementPort)
            func credentials() async throws -> [JSONValue] {
                try await api(.get, "/apps").json["apps"]?.array?.compactMap { $0["credentials"] } ?? []
            }
            while try await credentials().contains(where: { $0["state"] == "unknown" }) { await beforeLookingAgain() }

            let apps = try await api(.get, "/apps").json["apps"]?.array ?? []
            #expect(apps.map { $0["app"]?.string } == ["good", "wrong", "away"])
            #expect(apps.first?["app_key"]?.string == "\(world.apps[0].corpID)/\(world.apps[0].agentID)")
            let states = try await credentials()
            #expect(states.map { $0["state"]?.string } == ["good", "refused", "unreachable"])
            #expect(states[0]["token_until"]?.string != nil && states[0]["reason"] == .null)
            #expect(states[1]["code"] == "40001" && states[1]["advice"]?.string?.contains("corp_secret") == true)
            #expect(states[2]["code"] == .null && states[2]["advice"] == .null)

            let ready = try await client.send(
                HTTPRequest(.get, "http://127.0.0.1:\(router.managementPort)/ready"), .init())
            let summary = try JSONValue(parsing: ready.bytes)["apps"]
            #expect(ready.status == .ok, "one app's secret is no reason to refuse the others' callbacks")
            #expect(summary?["good"] == 1 && summary?["refused"] == 1 && summary?["unreachable"] == 1)
            #expect(summary?["troubled"]?.array?.map { $0["app"]?.string } == ["wrong", "away"])

            for (app, state) in [("good", "good"), ("wrong", "refused"), ("away", "unreachable")] {
                #expect(try await router.metric("app_credentials{app=\"\(app)\",state=\"\(state)\"}") == 1)
            }
            // Once each: what failed is not asked for again before somebody writes.
            #expect(world.wecom.transcript.tokensIssued == 1 && world.wecom.transcript.refusals.map(\.code) == [40001])

            // A message asks, and the light changes.
            world.wecom.faults.clear()
            await world.wecom.say("hello", as: UserID("u1"), to: world.apps[2])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(try await credentials()[2]["state"] == "good")
            await client.close()
            router.stop()
            try await router.ended()
        }
        let log = capture.finish()
        #expect(log.contains("WeCom refuses an app's credentials") && log.contains(#""app":"wrong""#))
        #expect(!log.contains("mistyped-Secret"))
    }

    @Test("a reload asks for credentials that are new, and for no others")
    func afterAReload() async throws {
        try await withWorld(apps: ["kept", "changed"]) { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.management.checksCredentials = true
        } _: { world in
            let file = Lock(world.configuration)
            let router = try await world.startRouter(from: ConfigurationSource { file.withLock { $0 } })
            let client = CurlTransport()
            let api = ProgrammingInterface(client: client, port: router.managementPort)
            func states() async throws -> [String?] {
                try await api(.get, "/apps").json["apps"]?.array?.map { $0["credentials"]?["state"]?.string } ?? []
            }
            while try await states() != ["good", "good"] { await beforeLookingAgain() }
            file.withLock { $0.apps[1].corpSecret = Secret("mistyped-Secret-0123456789-abcdefghijklmno") }
            #expect(try await api(.post, "/reload").status == .ok)
            while try await states() != ["good", "refused"] { await beforeLookingAgain() }
            #expect(world.wecom.transcript.tokensIssued == 2 && world.wecom.transcript.refusals.map(\.code) == [40001])
            await client.close()
            router.stop()
            try await router.ended()
        }
    }

    @Test("apps come in pages, and the first thousand have series of their own")
    func pages() async throws {
        try await withInterface(apps: ["a", "b", "c"]) { _, api in
            let first = try await api(.get, "/apps?limit=2").json
            #expect(first["apps"]?.array?.map { $0["app"]?.string } == ["a", "b"] && first["next"] == "b")
            let second = try await api(.get, "/apps?limit=2&before=b").json
            #expect(second["apps"]?.array?.map { $0["app"]?.string } == ["c"] && second["next"] == .null)
            #expect(try await api(.get, "/apps?before=nobody").status == .notFound)
            for bad in ["?limit=0", "?limit=x"] {
                #expect(try await api(.get, "/apps\(bad)").status == .badRequest, "\(bad)")
            }
            #expect(try await api(.post, "/apps").status == .methodNotAllowed)
            #expect(try await api(.get, "/apps/a").status == .notFound)
        }
    }
}
