import HTTP
import HTTPServer
import Lifecycle
import Observability
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct QuiesceTests {
    @Test("what is in flight is answered with Connection: close, idle connections end, newcomers are refused")
    func graceful() async throws {
        let (arrived, mayAnswer) = (Signpost(), Signpost())
        let handler: HTTPHandler = { request in
            guard request.path == "/slow" else { return .text(.ok, "quick") }
            arrived.reach()
            await mayAnswer.wait()
            return .text(.ok, "slow")
        }
        try await withServer(answering: handler) { server in
            let (slow, idle, silent, reading) =
                (try server.connect(), try server.connect(), try server.connect(), try server.connect())
            #expect(try await idle.ask(get()).text == "quick")
            await reading.send("GET /late HTTP/1.1\r\nHost:")
            await slow.send(get("/slow"))
            await arrived.wait()
            try await eventually { server.count("connections_total") == "4" }

            async let quiesced: Void = server.listener.quiesce(by: .now.advanced(by: .seconds(30)))
            #expect(await idle.isClosed())
            #expect(await silent.isClosed())
            #expect(throws: (any Error).self) { try server.connect() }
            let late = try await reading.ask(" h\r\n\r\n")
            #expect(late.text == "quick")
            #expect(late["connection"] == "close")
            mayAnswer.reach()
            let answer = try await slow.answer()
            #expect(answer.text == "slow")
            #expect(answer["connection"] == "close")
            #expect(await slow.isClosed())
            await slow.close()
            await reading.close()
            await quiesced
        }
    }

    @Test("who is held back is told to come again, and who is held back and has asked for nothing is closed")
    func heldBack() async throws {
        let (clock, refuse): (LedgerClock, HTTPHandler) = (
            LedgerClock(),
            { _ in
                var response = HTTPResponse.text(.forbidden, "no")
                response.proof = .failed(after: .milliseconds(500))
                return response
            }
        )
        try await withServer(budgets: ClientBudgets(clock: { clock.read() }), answering: refuse) { server in
            let (stranger, silent) = (try server.connect(from: 2), try server.connect(from: 2))
            #expect(try await stranger.ask(get()).status == 403)
            await stranger.send(get())
            try await eventually { server.count("held_back_total") == "1" }
            async let quiesced: Void = server.listener.quiesce(by: .now.advanced(by: .seconds(30)))
            let answer = try await stranger.answer()
            #expect(answer.status == 503)
            #expect(answer["connection"] == "close")
            #expect(await silent.isClosed())
            await stranger.close()
            await quiesced
        }
    }

    @Test("whatever is left at the deadline is closed")
    func deadline() async throws {
        let never = Signpost()
        let handler: HTTPHandler = { _ in HTTPResponse(.ok, body: .streamed { _ in await never.wait() }) }
        try await withServer(answering: handler) { server in
            let stream = try server.connect()
            await stream.send(get())
            _ = try await stream.head()
            await server.listener.quiesce(by: .now.advanced(by: .milliseconds(50)))
            #expect(await stream.isClosed())
        }
    }

    @Test("a listener is a service: it starts, and ends when it is told to")
    func service() async throws {
        let loop = try EventLoop(named: "test")
        let sink = LogSink(format: .text) { _ in }
        let listener = HTTPListener(
            name: "test",
            at: .host("localhost", port: 0),
            on: loop,
            metrics: Metrics(),
            log: Logger(to: sink),
            handler: echo
        )
        let (ready, stop) = (Signpost(), Signpost())
        let group = ServiceGroup(
            [.init(listener, grace: .seconds(5))], budget: .seconds(60), log: Logger(to: sink))
        async let running: Void = group.run(until: stop) { ready.reach() }
        await ready.wait()
        #expect(try await listener.open() > 0)
        stop.reach()
        try await running
        loop.stop()
        sink.close()
    }

    @Test("a port that another process listens on is named, with what to do")
    func portInUse() async throws {
        try await withServer { server in
            let loop = try EventLoop(named: "test")
            let sink = LogSink(format: .text) { _ in }
            let second = HTTPListener(
                name: "second",
                at: .host("127.0.0.1", port: server.port),
                on: loop,
                metrics: Metrics(),
                log: Logger(to: sink),
                handler: echo
            )
            let error = await #expect(throws: CannotListen.self) { try await second.open() }
            let advice = "another process listens there; end it or choose another port"
            #expect(error?.description == "cannot listen on 127.0.0.1:\(server.port): \(advice)")
            loop.stop()
            sink.close()
        }
    }
}
