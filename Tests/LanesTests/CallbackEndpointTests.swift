import HTTP
import Lanes
import Observability
import Router
import SQLite
import SQLiteStore
import Simulator
import System
import Testing
import WeCom

/// Tests what a genuine callback comes to.
@Suite(.timeLimit(.minutes(5))) struct CallbackEndpointTests {
    @Test("a message is acknowledged with an empty 200 once it is on disk, on both paths", arguments: [nil, "a"])
    func accepted(path: String?) async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let answer = await world.endpoint.answer(a.callback(a.message()), app: path)
            #expect(answer.status == .ok && answer.bytes.isEmpty)
            let job = try #require(try await world.jobs().first)
            #expect(job.conversation == ConversationKey(endpoint: a.app.endpoint, user: UserID("zhangsan")))
            #expect(job.messages.map(\.text) == ["你好"] && job.messages.first?.messageID == "7001")
            let log = world.log()
            #expect(log.contains("\"app\":\"a\"") && log.contains(job.lease.job.description) && !log.contains("你好"))
        }
    }

    @Test("a repeat is acknowledged, and there is one job")
    func repeated() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let message = a.message()
            for _ in 0..<5 { #expect(await world.answer(a.callback(message)) == 200) }
            let open = try await world.jobs()
            #expect(open.count == 1)
        }
    }

    @Test("a repeat on the app's own path is one, too")
    func repeatedElsewhere() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await world.answer(a.callback(a.message())) == 200)
            #expect(await world.answer(a.callback(a.message()), app: "a") == 200)
            let open = try await world.jobs()
            #expect(open.count == 1)
        }
    }

    @Test(
        "who may write is judged by the id, not by its spelling",
        arguments: [("ZHANGSAN", 1), ("zhangsan", 1), ("lisi", 0)]
    )
    func allowed(_ user: String, _ jobs: Int) async throws {
        let a = try TestApp("a", policy: Policy(users: [UserID("ZhangSan")]))
        try await withWorld(a) { world in
            #expect(await world.answer(a.callback(a.message(from: user))) == 200)
            let open = try await world.jobs()
            #expect(open.count == jobs)
        }
    }

    @Test(
        "what nobody answers is acknowledged, and there is no job",
        arguments: [
            .event(.enterAgent), .event(.subscribe), .event(.unknown(name: "new_event", fields: [])),
            .unsupported(type: "image", fields: ["MediaId"]), .unsupported(type: "", fields: []), .text(""),
            .text(" \n\t "),
        ] as [InboundMessage.Content]
    )
    func ignored(content: InboundMessage.Content) async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            var message = a.message()
            message.content = content
            let answer = await world.endpoint.answer(a.callback(message))
            #expect(answer.status == .ok && answer.bytes.isEmpty)
            let open = try await world.jobs()
            #expect(open.isEmpty)
        }
    }

    @Test("what WeCom itself sends is acknowledged, and there is no job")
    func platform() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            var message = a.message()
            message.sender = .platform
            #expect(await world.answer(a.callback(message)) == 200)
            let open = try await world.jobs()
            #expect(open.isEmpty)
        }
    }

    @Test("a callback whose query is of another time is accepted, and counted")
    func clockOff() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            #expect(await world.answer(a.callback(a.message(id: "1"))) == 200)
            #expect(world.metrics.page.contains("callbacks_clock_off_total 0"))
            #expect(await world.answer(a.sealed(a.message(from: "LiSi", id: "2").xml)) == 200)
            #expect(world.metrics.page.contains("callbacks_clock_off_total 1"))
            let open = try await world.jobs()
            #expect(open.count == 2)
        }
    }

    @Test("what cannot be made durable gets 503, never 200")
    func notDurable() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            await world.store.close()
            #expect(await world.answer(a.callback(a.message())) == 503)
            #expect(world.log().contains("could not be made durable"))
        }
    }

    @Test("another method gets 405 with what is allowed", arguments: ["HEAD", "PUT", "DELETE", "OPTIONS", "get", "X"])
    func methods(method: String) async throws {
        try await withWorld(try TestApp("a")) { world in
            let answer = await world.endpoint.answer(HTTPRequest(HTTPMethod(method), "/cb"))
            #expect(answer.status == .methodNotAllowed && answer.headers["Allow"] == "GET, POST")
        }
    }

    @Test("an envelope in JSON is one, too")
    func jsonEnvelope() async throws {
        let a = try TestApp("a")
        try await withWorld(a) { world in
            let callback = a.fake.keys.seal(
                message: a.message().xml,
                receiver: a.key.corpID.text,
                timestamp: "1700000000",
                nonce: "9"
            )
            let body = #" {"tousername":"ww_corp","encrypt":"\#(callback.encrypted)","agentid":"1"}"#
            #expect(await world.answer(HTTPRequest(.post, "/cb?\(callback.query)", body: Array(body.utf8))) == 200)
            let open = try await world.jobs()
            #expect(open.count == 1)
        }
    }
}
