import HTTP
import HTTPServer
import Lifecycle
import TestSupport
import Testing

/// No client holds a connection for ever. The limits here are short, and what is waited for is the server's own close.
@Suite(.timeLimit(.minutes(2))) struct DeadlineTests {
    @Test("a connection that says nothing is closed")
    func silence() async throws {
        try await withServer(limits { $0.headTime = .milliseconds(100) }) { server in
            let client = try server.connect()
            #expect(await client.isClosed())
        }
    }

    @Test("a head that drips in byte by byte is cut off at its deadline")
    func drippingHead() async throws {
        try await withServer(limits { $0.headTime = .milliseconds(300) }) { server in
            let client = try server.connect()
            await client.send("GET / HTTP/1.1\r\nHost: h\r\nX: ")
            await client.drip(UInt8(ascii: "a"))
            #expect(try await client.answer().status == 408)
        }
    }

    @Test("a body that drips in byte by byte is cut off at its deadline")
    func drippingBody() async throws {
        try await withServer(limits { $0.bodyTime = .milliseconds(300) }) { server in
            let client = try server.connect()
            await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
            await client.drip(UInt8(ascii: "a"))
            #expect(try await client.answer().status == 408)
        }
    }

    @Test("a chunked body that drips in is cut off at its deadline")
    func drippingChunks() async throws {
        try await withServer(limits { $0.bodyTime = .milliseconds(300) }) { server in
            let client = try server.connect()
            await client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n")
            await client.drip(UInt8(ascii: "a"))
            #expect(try await client.answer().status == 408)
        }
    }

    @Test("a kept connection that asks nothing more is closed without a word")
    func idle() async throws {
        try await withServer(limits { $0.idleTime = .milliseconds(100) }) { server in
            let client = try server.connect()
            #expect(try await client.ask(get()).status == 200)
            #expect(await client.isClosed())
        }
    }

    @Test("the second head of a connection has a deadline of its own")
    func secondHead() async throws {
        try await withServer(limits { $0.headTime = .milliseconds(200) }) { server in
            var client = try server.connect()
            // Where the machine is busy the first head may be late already, and says nothing about a second.
            while try await client.ask(get()).status == 408 { client = try server.connect() }
            #expect(try await client.ask("GET / HTTP/1.1\r\n").status == 408)
        }
    }

    @Test("a handler that is late is answered for with 503, and what it says then is dropped")
    func lateHandler() async throws {
        let (mayAnswer, hasAnswered) = (Signpost(), Signpost())
        let handler: HTTPHandler = { request in
            guard request.path == "/late" else { return .text(.ok, "fine") }
            await mayAnswer.wait()
            hasAnswered.reach()
            return .text(.ok, "too late")
        }
        try await withServer(limits { $0.answerTime = .milliseconds(100) }, answering: handler) { server in
            let client = try server.connect()
            let answer = try await client.ask(get("/late"))
            #expect(answer.status == 503)
            #expect(answer["connection"] == "close")
            mayAnswer.reach()
            await hasAnswered.wait()
            #expect(await client.isClosed())
            #expect(server.count("late_answers_total") == "1")
            #expect(server.count("answers_total{listener=\"test\",status=\"2xx\"}") == "0")
            #expect(try await server.ask(get()).text == "fine")
        }
    }

    @Test("a client that does not take its answer is closed")
    func unreadAnswer() async throws {
        let body = [UInt8](repeating: 0, count: 16 << 20)
        let limits = limits { $0.writeTime = .milliseconds(200) }
        try await withServer(limits, answering: { _ in HTTPResponse(.ok, body: .whole(body)) }) { server in
            let client = try server.connect(receiveBuffer: 4096)
            await client.send(get())
            try await eventually { server.count("connections_closed_total") == "1" }
            await #expect(throws: (any Error).self) { try await client.answer() }
        }
    }

    @Test("a client that never closes after a refusal is closed all the same")
    func lingering() async throws {
        try await withServer(limits { $0.lingerTime = .milliseconds(100) }) { server in
            let client = try server.connect()
            #expect(try await client.ask("nonsense\r\n\r\n").status == 400)
            try await eventually { server.count("connections_closed_total") == "1" }
        }
    }
}
