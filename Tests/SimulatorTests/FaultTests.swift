import HTTP
import JSON
import Lifecycle
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("Faults that the simulated WeCom is told to make", .timeLimit(.minutes(2)))
struct FaultTests {
    private func post(_ world: World, to user: String = "u1") async throws -> HTTPResponse {
        let body = Array(world.message("text", ["content": "hi"], to: user).text.utf8)
        return try await world.post("message/send", body, token: try await world.token())
    }

    @Test("faults may be for one person or one app, for so many times or until they are cleared")
    func scopes() async throws {
        try await withWorld { world async throws in
            world.wecom.faults.always(.send, of: .init(user: UserID("gone")), .errorCode(60111))
            world.wecom.faults.next(2, .send, of: .init(app: world.apps[1]), .errorCode(-1))
            let hi: JSONValue = ["content": "hi"]
            for _ in 1...3 { #expect(try await world.send("text", hi, to: "Gone|u2")["errcode"] == 60111) }
            #expect(try await world.send("text", hi)["errcode"] == 0)
            #expect(world.wecom.faults.areWaiting(.send))
            for _ in 1...2 { #expect(try await world.send("text", hi, app: 1)["errcode"] == -1) }
            #expect(try await world.send("text", hi, app: 1)["errcode"] == 0)
            #expect(!world.wecom.faults.areWaiting(.send))
            world.wecom.faults.clear()
            #expect(try await world.send("text", hi, to: "gone")["errcode"] == 0)
        }
    }

    @Test("a fault meets its own call, of whichever kind")
    func calls() async throws {
        try await withWorld { world async throws in
            world.wecom.faults.next(.upload, .errorCode(45009))
            world.wecom.faults.next(.recall, .errorCode(-1))
            world.wecom.faults.next(.contacts, .status(503))
            world.wecom.faults.next(.media, .garbage)
            #expect(try await world.send("text", ["content": "hi"])["errcode"] == 0)
            #expect(try await world.upload(png, "image")["errcode"] == 45009)
            #expect(try await world.call("message/recall", ["msgid": "msg1"])["errcode"] == -1)
            #expect(try await world.get("user/get?userid=u1").status == HTTPStatus(503))
            #expect(try await world.get("media/get?media_id=x").bytes.starts(with: "<html>".utf8))
            #expect(world.wecom.transcript.recalls.isEmpty && world.wecom.transcript.uploads.isEmpty)
        }
    }

    @Test("a redirect names its place and does nothing")
    func redirect() async throws {
        try await withWorld { world in
            world.wecom.faults.next(.send, .redirect(to: "http://127.0.0.1:9/login"))
            let answer = try await post(world)
            #expect(answer.status == HTTPStatus(302) && answer.headers["Location"] == "http://127.0.0.1:9/login")
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }

    @Test("an answer in another coding is no JSON, and the message is out all the same")
    func gbk() async throws {
        try await withWorld { world in
            world.wecom.faults.next(.send, .gbk)
            let answer = try await post(world)
            #expect(throws: JSONError.self) { try JSONValue(parsing: answer.bytes) }
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }

    @Test("an answer that breaks off is no answer, and the message is out all the same")
    func truncated() async throws {
        try await withWorld { world in
            world.wecom.faults.next(.send, .truncated)
            await #expect(throws: HTTPTransportError.self) { try await self.post(world) }
            #expect(world.wecom.transcript.messages.count == 1)
        }
    }

    @Test("half an answer comes now and the rest when it may")
    func slowBody() async throws {
        try await withWorld { world async throws in
            let goOn = Signpost()
            world.wecom.faults.next(.send, .slowBody(goOn))
            async let answer = post(world)
            _ = await world.wecom.transcript.messages(atLeast: 1)
            goOn.reach()
            #expect(try JSONValue(parsing: try await answer.bytes)["errcode"] == 0)
        }
    }

    @Test("a request that hangs is let go when the faults are cleared, and nothing was done")
    func hang() async throws {
        try await withWorld { world async throws in
            world.wecom.faults.next(.send, .hang)
            async let answer = post(world)
            while world.wecom.faults.areWaiting(.send) { await beforeLookingAgain() }
            world.wecom.faults.clear()
            #expect(try await answer.status == .serviceUnavailable)
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }
}
