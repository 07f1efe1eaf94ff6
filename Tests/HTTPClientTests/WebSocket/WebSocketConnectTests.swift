import Glibc
import HTTP
import HTTPClient
import System
import Testing

@Suite("opening WebSockets", .timeLimit(.minutes(1)))
struct WebSocketConnectTests {
    /// Keeps an opened one for as long as the client does.
    static let accepting: ScriptedServer.Script = { connection in
        connection.acceptWebSocket()
        _ = connection.readToEnd()
    }

    @Test("the request has the path, the query and the origin, whatever the environment says of proxies")
    func request() async throws {
        unsafe setenv("http_proxy", "http://127.0.0.1:1", 1)
        let seen = Event<String>()
        try await ScriptedServer.run { connection in
            seen.happen(connection.acceptWebSocket() ?? "")
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                _ = try await transport.connect("ws://127.0.0.1:\(server.port)/a/b?c=d") {
                    $0.origin = "https://o.example"
                }
            }
        }
        let request = await seen.value
        #expect(request.hasPrefix("GET /a/b?c=d HTTP/1.1\r\n"))
        #expect(request.contains("\r\nOrigin: https://o.example\r\n"))
    }

    @Test("frames that come with the answer are not lost")
    func behindTheAnswer() async throws {
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket(behind: WebSocketFrame(.text, [0x68, 0x69]).encoded(nil))
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)")
                let message = try await socket.receive()
                #expect(message == .text("hi"))
            }
        }
    }

    @Test("a name that leads nowhere is told apart from a server that is not there")
    func nowhere() async throws {
        try await withWebSockets { transport in
            guard case .unresolved(let reason)? = await transport.failure(of: "ws://nowhere.invalid/p?secret=1") else {
                return _ = Issue.record("not unresolved")
            }
            #expect(reason.contains("ws://nowhere.invalid/p") && !reason.contains("secret"))
            await Socket.withRefusingPort { port in
                guard case .unreachable(let reason)? = await transport.failure(of: "ws://127.0.0.1:\(port)/") else {
                    return _ = Issue.record("not unreachable")
                }
                #expect(reason.contains("refused") || reason.contains("connect"))
            }
        }
    }

    @Test("a server that never answers is given up at the deadline, and holds nobody else up")
    func silent() async throws {
        let isHeld = Event<Void>()
        try await ScriptedServer.run { connection in
            if connection.number == 1 {
                _ = connection.readRequest()
                isHeld.happen()
            } else {
                connection.acceptWebSocket()
            }
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let address = "ws://127.0.0.1:\(server.port)/"
                async let first = transport.failure(of: address) { $0.connectTimeout = .milliseconds(500) }
                await isHeld.value
                let other = try await transport.connect(address)
                guard case .timedOut(let reason)? = await first else { return _ = Issue.record("not timed out") }
                #expect(reason.contains("connect timeout") && reason.contains("handshake"))
                withExtendedLifetime(other) {}
            }
        }
    }

    @Test("beyond those that may connect at once others wait, within their deadline")
    func line() async throws {
        var limits = CurlWebSockets.Limits()
        limits.connecting = 1
        let isHeld = Event<Void>()
        // A proxy that does not answer keeps the connect of the first from its end.
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            isHeld.happen()
            _ = connection.readToEnd()
        } _: { proxy in
            try await ScriptedServer.run(Self.accepting) { server in
                try await withWebSockets(limits: limits) { transport in
                    let address = "ws://127.0.0.1:\(server.port)/"
                    let first = Task { await transport.failure(of: address) { $0.proxy = proxy.url } }
                    await isHeld.value
                    guard
                        case .timedOut(let reason)? = await transport.failure(
                            of: address, { $0.connectTimeout = .milliseconds(300) })
                    else { return _ = Issue.record("not timed out") }
                    #expect(reason.contains("while others connected"))
                    let third = Task { try await transport.connect(address) }
                    first.cancel()
                    #expect(await first.value == .cancelled)
                    _ = try await third.value
                }
            }
        }
    }

    @Test("cancelling closes the connection, at whatever moment")
    func cancel() async throws {
        try await ScriptedServer.run(Self.accepting) { server in
            try await withWebSockets { transport in
                for yields in 0..<60 {
                    let task = Task { try await transport.connect("ws://127.0.0.1:\(server.port)/") }
                    for _ in 0..<yields { await Task.yield() }
                    task.cancel()
                    if case .failure(let error) = await task.result { #expect(error as? WebSocketError == .cancelled) }
                }
                _ = try await transport.connect("ws://127.0.0.1:\(server.port)/")
            }
        }
    }

    @Test(
        "another status is told, whatever body comes with it",
        arguments: [(403, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"), (200, "HTTP/1.1 200 OK\r\n\r\n")])
    func status(code: Int, answer: String) async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write(answer)
        } _: { server in
            try await withWebSockets { transport in
                let address = "ws://127.0.0.1:\(server.port)/"
                #expect(await transport.failure(of: address) == .refused(HTTPStatus(code), address: address))
            }
        }
    }

    @Test(
        "an answer that is none ends the handshake",
        arguments: [
            "", "HTTP/1.1 101 S\r\nUpgrade: webso", "220 mail.example\r\n\r\n", String(repeating: "x", count: 20_000),
        ])
    func noAnswer(answer: String) async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write(answer)
        } _: { server in
            try await withWebSockets { transport in
                guard case .badHandshake? = await transport.failure(of: "ws://127.0.0.1:\(server.port)/") else {
                    return _ = Issue.record("not refused")
                }
            }
        }
    }

    @Test("what cannot be used is refused before anything is tried, and no secret is shown")
    func unusable() async throws {
        try await withWebSockets { transport in
            for address in ["http://a/", "ws://u:hunter2@a/", "", "ws://a b/"] {
                guard case .unusable(let reason)? = await transport.failure(of: address) else {
                    return _ = Issue.record("\(address) was tried")
                }
                #expect(!reason.contains("hunter2"))
            }
            for change in [
                { $0.proxy = "ftp://u:hunter2@p" }, { $0.caFile = "" }, { $0.origin = "a\r\nX: y" },
            ] as [(inout WebSocketOptions) -> Void] {
                guard case .unusable(let reason)? = await transport.failure(of: "ws://a/", change) else {
                    return _ = Issue.record("it was tried")
                }
                #expect(!reason.contains("hunter2"))
            }
        }
    }

    @Test("more than may be open are refused, until one is closed")
    func capacity() async throws {
        var limits = CurlWebSockets.Limits()
        limits.open = 2
        try await ScriptedServer.run(Self.accepting) { server in
            try await withWebSockets(limits: limits) { transport in
                let address = "ws://127.0.0.1:\(server.port)/"
                let first = try await transport.connect(address) { $0.limits.closeTime = .milliseconds(1) }
                let second = try await transport.connect(address)
                guard case .unusable? = await transport.failure(of: address) else { return _ = Issue.record("opened") }
                await first.close(WebSocketClose(.normal))
                _ = try await transport.connect(address)
                withExtendedLifetime(second) {}
            }
        }
    }

    @Test("a transport that is closed or let go of ends what is open and what connects")
    func end() async throws {
        let gone = [Event<Void>(), Event<Void>()]
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            _ = connection.readToEnd()
            gone[connection.number - 1].happen()
        } _: { server in
            let address = "ws://127.0.0.1:\(server.port)/"
            let loop = try EventLoop(named: "test sockets")
            defer { loop.stop() }
            let transport = CurlWebSockets(on: loop)
            let socket = try await transport.connect(address)
            await transport.close()
            #expect(await socket.ending() == .cancelled)
            #expect(await transport.failure(of: address) == .cancelled)
            await gone[0].value
            let other = try await CurlWebSockets(on: loop).connect(address)
            #expect(await other.ending() == .cancelled)
            await gone[1].value
        }
    }
}
