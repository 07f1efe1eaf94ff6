import HTTP
import JSON
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("A secret that is replaced", .timeLimit(.minutes(2))) struct RotationTests {
    @Test(
        "token and EncodingAESKey: callbacks sealed by either are answered, those by the old counted, until it is taken out",
        arguments: [(true, false, "token"), (false, true, "encoding_aes_key"), (true, true, "both")])
    func callbacks(token: Bool, key: Bool, part: String) async throws {
        try await withReloads { world, file, api, _ in
            let old = world.apps[0]
            let (newToken, newKey) = (Secret("NewToken"), Secret(String(repeating: "n", count: 43)))
            let keys = file.withLock { configuration in
                var app = configuration.apps[0]
                if token { (app.oldToken, app.token) = (app.token, newToken) }
                if key { (app.oldEncodingAESKey, app.encodingAESKey) = (app.encodingAESKey, newKey) }
                configuration.apps[0] = app
                return Result { try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey) }
            }
            let new = FakeApp(
                corpID: old.corpID, agentID: old.agentID, secret: old.secret, keys: try keys.get(), callbackURL: "")
            #expect(try await api(.post, "/reload").json["apps"]?["changed"] == ["dept-a"])
            let series = "callbacks_by_old_keys_total{app=\"dept-a\",key=\"\(part)\"}"
            #expect(try await api.metric(series) == 0)

            // Before it is saved in the console, and at that moment, and after it.
            await world.wecom.say("before", as: UserID("u1"), to: old)
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["re: before"])
            #expect(try await api.metric(series) == 1)
            #expect(await world.wecom.verifyURL(of: new))
            await world.wecom.say("after", as: UserID("u1"), to: new)
            #expect(await world.wecom.transcript.delivered(atLeast: 2).map(\.text).last == "re: after")
            #expect(try await api.metric(series) == 1)

            file.withLock {
                $0.apps[0].oldToken = nil
                $0.apps[0].oldEncodingAESKey = nil
            }
            #expect(try await api(.post, "/reload").status == .ok)
            #expect(try await api.metric(series) == nil)
            #expect(await isRefused(world.wecom.say("late", as: UserID("u1"), to: old, patience: .seconds(2))))
            await world.wecom.say("at last", as: UserID("u1"), to: new)
            #expect(await world.wecom.transcript.delivered(atLeast: 3).map(\.text).last == "re: at last")
        }
    }

    @Test(
        "corp_secret: what is answered after the reload goes out by the new one, and what was answered before is not lost"
    )
    func corpSecret() async throws {
        try await withReloads { world, file, api, agent in
            await world.wecom.say("one", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["re: one"])
            await world.wecom.say("HOLD two", as: UserID("u2"), to: world.apps[0])
            await agent.isHolding.wait()
            let secret = Secret("another-secret")
            world.wecom.resetSecret(of: world.apps[0], to: secret)
            world.wecom.revokeTokens()
            file.withLock { $0.apps[0].corpSecret = secret }
            let answer = try await api(.post, "/reload")
            #expect(answer.json["apps"]?["changed"] == ["dept-a"])
            agent.release.reach()
            await world.wecom.say("three", as: UserID("u1"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 3).map(\.text)
            #expect(Set(sent) == ["re: one", "held: HOLD two", "re: three"])
        }
    }

    @Test("management.token: the next request wants the new one")
    func managementToken() async throws {
        try await withReloads { _, file, api, _ in
            file.withLock { $0.management.token = Secret("another-admin-token") }
            let answer = try await api(.post, "/reload")
            #expect(answer.json["settings"] == ["management.token"])
            let old = try await api(.get, "/jobs")
            let new = try await api(.get, "/jobs", headers: ["Authorization": "Bearer another-admin-token"])
            #expect(old.status == .unauthorized && new.status == .ok)
        }
    }
}
