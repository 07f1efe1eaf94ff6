import HTTP
import Lanes
import Router
import System
import Testing
import WeCom

/// Tests to which app a callback goes.
@Suite(.timeLimit(.minutes(5))) struct RoutingTests {
    @Test("each app gets its own messages, though ids and people are the same")
    func apart() async throws {
        let apps = [
            try TestApp("a", corp: "ww1", agent: 1), try TestApp("b", corp: "ww1", agent: 2),
            try TestApp("c", corp: "ww2", agent: 1),
        ]
        try await withWorld(apps) { world in
            for app in apps { #expect(await world.answer(app.callback(app.message(app.app.name))) == 200) }
            let jobs = try await world.jobs()
            for app in apps {
                #expect(
                    jobs.filter { $0.conversation.endpoint == app.app.endpoint }.flatMap(\.messages).map(\.text) == [
                        app.app.name
                    ]
                )
            }
        }
    }

    @Test("a callback under way goes by the apps that it began with, the next by those that took their place")
    func swapped() throws {
        let a = try TestApp("a", agent: 1), b = try TestApp("b", agent: 2)
        let current = Serving.Current(Serving(AppDirectory([a.app]), maxMessageAge: .seconds(86_400)))
        let opener = CallbackOpener(current) {
            current.swap(to: Serving(AppDirectory([b.app])))
            return .now
        }
        #expect(try opener.open(a.callback(a.message()), app: nil).app === a.app)
        #expect(throws: CallbackRefusal.self) { try opener.open(a.callback(a.message()), app: nil) }
        #expect(try opener.open(b.callback(b.message(agent: b.key.agentID)), app: nil).app === b.app)
    }

    @Test("a message for another app with other keys gets 403 and a warning that names the signer")
    func otherKeys() async throws {
        let a = try TestApp("a", agent: 1), b = try TestApp("b", agent: 2)
        try await withWorld(a, b) { world in
            for path in [nil, "a"] {
                #expect(await world.answer(a.callback(a.message(agent: b.key.agentID)), app: path) == 403)
                #expect(await world.answer(a.callback(a.message(agent: AgentID(99))), app: path) == 403)
            }
            let open = try await world.jobs()
            #expect(open.isEmpty)
            let log = world.log()
            #expect(log.contains("\"app\":\"a\"") && log.contains("agent_id 2"))
            #expect(!log.contains("token-a") && !log.contains("kkkkkk"))
        }
    }

    @Test("a message whose app is there and unreadable is refused on every path, and nobody's", arguments: [nil, "a"])
    func unreadableApp(path: String?) async throws {
        let a = try TestApp("a", agent: 1, token: "shared"), b = try TestApp("b", agent: 2, token: "shared")
        try await withWorld(a, b) { world in
            for agent in ["abc", "-2", "99999999999999999999", "2</AgentID><AgentID>1"] {
                let document = String(decoding: a.message().xml, as: UTF8.self)
                    .replacing("<AgentID>1</AgentID>", with: "<AgentID>\(agent)</AgentID>")
                #expect(document.contains(agent))
                #expect(await world.answer(a.sealed(Array(document.utf8)), app: path) == 400)
            }
            let open = try await world.jobs()
            #expect(open.isEmpty)
            #expect(world.log().contains("has AgentID and leaves open what it is"))
        }
    }

    @Test("a message for another app with the same keys is that app's, on the shared path")
    func sameKeys() async throws {
        let a = try TestApp("a", agent: 1, token: "shared"), b = try TestApp("b", agent: 2, token: "shared")
        try await withWorld(a, b) { world in
            let request = a.callback(a.message(agent: b.key.agentID))
            #expect(await world.answer(request, app: "a") == 403)
            #expect(await world.answer(request) == 200)
            let open = try await world.jobs()
            #expect(open.map(\.conversation.endpoint) == [b.app.endpoint])
        }
    }

    @Test("a shared token with another AES key makes no shared keys")
    func sameToken() async throws {
        let a = try TestApp("a", agent: 1, token: "shared", key: "k"),
            b = try TestApp("b", agent: 2, token: "shared", key: "j")
        try await withWorld(a, b) { world in
            #expect(await world.answer(a.callback(a.message(agent: b.key.agentID))) == 403)
            #expect(await world.answer(b.callback(b.message("for b"))) == 200)
            #expect(await world.answer(a.callback(a.message("for a"))) == 200)
            let open = try await world.jobs()
            #expect(Set(open.map(\.conversation.endpoint)) == [a.app.endpoint, b.app.endpoint])
        }
    }

    @Test("another corp's app is out of reach, whatever it shares")
    func otherCorp() async throws {
        let a = try TestApp("a", corp: "ww1", agent: 1, token: "shared"),
            c = try TestApp("c", corp: "ww2", agent: 2, token: "shared")
        try await withWorld(a, c) { world in
            #expect(await world.answer(a.callback(a.message(agent: c.key.agentID))) == 403)
            let forC = a.sealed(c.message().xml, receiver: "ww2", hint: ("ww1", AgentID(1)))
            #expect(await world.answer(forC) == 403)
            let open = try await world.jobs()
            #expect(open.isEmpty)
        }
    }

    @Test("a message that names no app inside is the signer's")
    func noAgentInside() async throws {
        let a = try TestApp("a", agent: 1), b = try TestApp("b", agent: 2)
        try await withWorld(a, b) { world in
            #expect(await world.answer(b.callback(b.message(agent: .some(nil)))) == 200)
            let open = try await world.jobs()
            #expect(open.map(\.conversation.endpoint) == [b.app.endpoint])
        }
    }

    @Test("a hint that is wrong or missing changes nothing", arguments: [AgentID(1), AgentID(99), nil])
    func agentHint(hint: AgentID?) async throws {
        let a = try TestApp("a", agent: 1), b = try TestApp("b", agent: 2)
        try await withWorld(a, b) { world in
            #expect(await world.answer(b.sealed(b.message().xml, hint: ("ww_corp", hint))) == 200)
            let open = try await world.jobs()
            #expect(open.map(\.conversation.endpoint) == [b.app.endpoint])
        }
    }

    @Test("without a hint at a corp of ours the apps are searched", arguments: [nil, "ww_nobody"])
    func searched(hint: String?) async throws {
        let a = try TestApp("a", corp: "ww1"), b = try TestApp("b", corp: "ww2")
        try await withWorld(a, b) { world in
            #expect(await world.answer(b.sealed(b.message().xml, hint: (hint, nil))) == 200)
            let open = try await world.jobs()
            #expect(open.map(\.conversation.endpoint) == [b.app.endpoint])
        }
    }

    @Test("the hint at one of our corps that is not the signer's is not searched further")
    func wrongCorpHint() async throws {
        let a = try TestApp("a", corp: "ww1"), b = try TestApp("b", corp: "ww2")
        try await withWorld(a, b) { world in
            #expect(await world.answer(b.sealed(b.message().xml, hint: ("ww1", nil))) == 403)
            let open = try await world.jobs()
            #expect(open.isEmpty)
        }
    }

    @Test("the search tries 64 tokens; an app's own path does without it")
    func searchBound() async throws {
        let apps = try (1...66).map { try TestApp("app\($0)", corp: "ww\($0)") }
        try await withWorld(apps) { world in
            #expect(await world.answer(apps[63].sealed(apps[63].message().xml, hint: (nil, nil))) == 200)
            #expect(await world.answer(apps[64].sealed(apps[64].message().xml, hint: (nil, nil))) == 403)
            #expect(await world.answer(apps[64].sealed(apps[64].message().xml, hint: (nil, nil)), app: "app65") == 200)
            #expect(await world.answer(apps[65].callback(apps[65].message())) == 200)
        }
    }

    @Test("more than 16 KiB are not searched, but opened where the hint is right")
    func searchSize() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let large = a.message(String(repeating: "长", count: 5000)).xml
            #expect(await world.answer(a.sealed(large, hint: (nil, nil))) == 403)
            #expect(await world.answer(a.sealed(large, hint: ("ww_corp", nil))) == 200)
            let least = a.sealed(a.message(id: "2").xml, hint: (nil, nil))
            let room = 16 * 1024 - least.body.count
            #expect(await world.answer(a.sealed(a.message(id: "2").xml, hint: (nil, nil), padding: room)) == 200)
            #expect(await world.answer(a.sealed(a.message(id: "3").xml, hint: (nil, nil), padding: room + 1)) == 403)
        }
    }

    @Test("twenty searches a second, and no more")
    func searchRate() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let request = a.sealed(a.message().xml, hint: (nil, nil))
            let began = MonotonicTime.now
            var searched = 0
            for _ in 0..<500 where (try? world.opener.open(request, app: nil)) != nil { searched += 1 }
            let seconds = Int(MonotonicTime.now.nanoseconds / 1_000_000_000 - began.nanoseconds / 1_000_000_000) + 1
            #expect(searched >= 20 && searched <= 20 * seconds)
            // Who names a corp of ours is not searched for, and is served all the while.
            for id in 0..<100 { #expect(await world.answer(a.callback(a.message(id: "\(id)"))) == 200) }
        }
    }
}
