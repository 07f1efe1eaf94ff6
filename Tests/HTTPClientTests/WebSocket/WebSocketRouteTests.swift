import Glibc
import HTTP
import HTTPClient
import System
import Testing

@Suite("WebSockets over TLS and through proxies", .timeLimit(.minutes(1)))
struct WebSocketRouteTests {
    /// Passes every byte on between a client and the port of a server, in threads of its own.
    static func tunnel(_ connection: ScriptedConnection, to port: Int) {
        guard let server = ScriptedConnection(connectedTo: port) else { return }
        let back = OSThread(named: "test-tunnel") {
            while case let bytes = server.readSome(), !bytes.isEmpty { connection.write(bytes) }
            connection.close()
        }
        while case let bytes = connection.readSome(), !bytes.isEmpty { server.write(bytes) }
        server.close()
        back.join()
        server.release()
    }

    /// Takes a CONNECT, tells its request, and tunnels.
    static func proxying(to port: Int, _ seen: Event<String>) -> ScriptedServer.Script {
        { connection in
            seen.happen(connection.readRequest() ?? "")
            connection.write("HTTP/1.1 200 Connection established\r\n\r\n")
            tunnel(connection, to: port)
        }
    }

    private func exchange(_ socket: any WebSocket) async throws {
        for size in [1, 1000, 300_000] {
            let message = WebSocketMessage.binary([UInt8](repeating: 7, count: size))
            try await socket.send(message)
            let answer = try await socket.receive()
            #expect(answer == message)
        }
        await socket.close(WebSocketClose(.normal))
    }

    @Test("a tunnel through a proxy is asked for with its credentials, for ws as well")
    func proxy() async throws {
        let seen = Event<String>()
        try await withWebSocketServer(serving: echo) { port, _ in
            try await ScriptedServer.run(Self.proxying(to: port, seen)) { proxy in
                try await withWebSockets { transport in
                    let socket = try await transport.connect("ws://bots.invalid:81/") {
                        $0.proxy = "http://wang:hunter2@127.0.0.1:\(proxy.port)"
                    }
                    try await exchange(socket)
                }
            }
        }
        let request = await seen.value
        #expect(request.hasPrefix("CONNECT bots.invalid:81 HTTP/1.1\r\n"))
        #expect(request.contains("\r\nProxy-Authorization: Basic d2FuZzpodW50ZXIy\r\n"))
    }

    @Test(
        "a proxy that refuses is told apart by its status, and its password is in no error", arguments: [403, 407, 502])
    func refusingProxy(code: Int) async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.answer("\(code) No")
        } _: { proxy in
            try await withWebSockets { transport in
                let failure = await transport.failure(of: "wss://bots.invalid/") {
                    $0.proxy = "http://wang:hunter2@127.0.0.1:\(proxy.port)"
                }
                #expect(failure == .proxyRefused(HTTPStatus(code), address: "wss://bots.invalid/"))
            }
        }
    }

    @Test("a proxy that is not there, or does not speak, is no server that is not there; no password is shown")
    func deadProxy() async throws {
        try await withWebSockets { transport in
            await Socket.withRefusingPort { port in
                guard
                    case .unreachable(let reason)? = await transport.failure(
                        of: "ws://bots.invalid/",
                        {
                            $0.proxy = "http://wang:hunter2@127.0.0.1:\(port)"
                        })
                else { return _ = Issue.record("not unreachable") }
                #expect(!reason.contains("hunter2") && !reason.contains("wang"))
            }
            guard
                case .unresolved(let reason)? = await transport.failure(
                    of: "ws://127.0.0.1:1/",
                    {
                        $0.proxy = "http://wang:hunter2@proxy.invalid:3128"
                    })
            else { return _ = Issue.record("not unresolved") }
            #expect(!reason.contains("hunter2") && !reason.contains("wang"))
        }
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            _ = connection.readToEnd()
        } _: { proxy in
            try await withWebSockets { transport in
                guard
                    case .timedOut? = await transport.failure(
                        of: "ws://bots.invalid/",
                        {
                            $0.proxy = proxy.url
                            $0.connectTimeout = .milliseconds(300)
                        })
                else { return _ = Issue.record("not timed out") }
            }
        }
    }

    @Test(
        "a server is trusted by the authority given, directly and through a proxy, and by no other",
        .enabled(if: TLSFront.isAvailable, "needs openssl and python3"))
    func authority() async throws {
        try await withWebSocketServer(serving: echo) { port, _ in
            try await TLSFront.run(before: port) { front in
                try await withWebSockets { transport in
                    let address = "wss://localhost:\(front.port)/"
                    try await exchange(try await transport.connect(address) { $0.caFile = front.certificate })
                    let seen = Event<String>()
                    try await ScriptedServer.run(Self.proxying(to: front.port, seen)) { proxy in
                        let socket = try await transport.connect(address) {
                            $0.caFile = front.certificate
                            $0.proxy = proxy.url
                        }
                        try await exchange(socket)
                    }
                    #expect(await seen.value.hasPrefix("CONNECT localhost:\(front.port) "))
                    guard case .untrusted(let reason)? = await transport.failure(of: address) else {
                        return _ = Issue.record("trusted")
                    }
                    #expect(reason.contains("certificate"))
                    let otherName = "wss://127.0.0.1:\(front.port)/"
                    guard case .untrusted? = await transport.failure(of: otherName, { $0.caFile = front.certificate })
                    else { return _ = Issue.record("trusted by another name") }
                    guard
                        case .untrusted(let missing)? = await transport.failure(
                            of: address, { $0.caFile = "/nonexistent/ca.pem" })
                    else { return _ = Issue.record("trusted by no file") }
                    #expect(missing.contains("/nonexistent/ca.pem"))
                }
            }
        }
    }

    @Test(
        "over TLS, what was read ahead is not forgotten when a slow receiver goes on",
        .enabled(if: TLSFront.isAvailable, "needs openssl and python3"))
    func slowReceiver() async throws {
        try await withWebSocketServer { socket in
            for number in 0..<300 {
                guard (try? await socket.send(.binary([UInt8](repeating: UInt8(number % 256), count: 10_000)))) != nil
                else { return }
            }
            _ = await socket.ending()
        } _: { port, _ in
            try await TLSFront.run(before: port) { front in
                try await withWebSockets(authorities: front.certificate) { transport in
                    let socket = try await transport.connect("wss://localhost:\(front.port)/") {
                        $0.limits.inbox = 20_000
                    }
                    for number in 0..<300 {
                        for _ in 0..<20 { await Task.yield() }
                        let message = try await socket.receive()
                        #expect(message == .binary([UInt8](repeating: UInt8(number % 256), count: 10_000)))
                    }
                }
            }
        }
    }

    @Test("a server of TLS that says nothing is given up at the deadline")
    func silentTLS() async throws {
        try await ScriptedServer.run { connection in
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                guard
                    case .timedOut? = await transport.failure(
                        of: "wss://127.0.0.1:\(server.port)/",
                        {
                            $0.connectTimeout = .milliseconds(300)
                        })
                else { return _ = Issue.record("not timed out") }
            }
        }
    }

    @Test("a server that speaks no TLS is not trusted")
    func noTLS() async throws {
        try await ScriptedServer.run { connection in
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                guard case .untrusted? = await transport.failure(of: "wss://127.0.0.1:\(server.port)/") else {
                    return _ = Issue.record("not refused")
                }
            }
        }
    }
}
