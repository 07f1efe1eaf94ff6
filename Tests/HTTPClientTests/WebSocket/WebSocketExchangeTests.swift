import HTTP
import HTTPClient
import HTTPServer
import System
import TestSupport
import Testing

@Suite("WebSockets between our client and our server", .timeLimit(.minutes(1)))
struct WebSocketExchangeTests {
    @Test("messages go to and fro, of every kind and size")
    func echoes() async throws {
        try await withWebSocketServer(serving: echo) { port, _ in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                for size in [0, 1, 125, 126, 65_535, 65_536, 1_000_000] {
                    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                    for message in [WebSocketMessage.binary(bytes), .text([UInt8](repeating: 0x61, count: size))] {
                        try await socket.send(message)
                        let answer = try await socket.receive()
                        #expect(answer == message)
                    }
                }
            }
        }
    }

    @Test("many WebSockets in one process do not hold each other up")
    func many() async throws {
        try await withWebSocketServer(serving: echo) { port, _ in
            try await withWebSockets { transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<200 {
                        group.addTask {
                            let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                            for round in 0..<5 {
                                try await socket.send("\(number) \(round)")
                                let answer = try await socket.receive()
                                #expect(answer == .text("\(number) \(round)"))
                            }
                            await socket.close(WebSocketClose(.normal))
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("the server's close comes with its code and reason, behind what it had sent")
    func serverCloses() async throws {
        let seen = Event<WebSocketError>()
        try await withWebSocketServer { socket in
            try? await socket.send("last")
            await socket.close(WebSocketClose(.goingAway, reason: "restart"))
            seen.happen(await socket.ending())
        } _: { port, _ in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                let last = try await socket.receive()
                #expect(last == .text("last"))
                let close = WebSocketClose(.goingAway, reason: "restart")
                #expect(await socket.ending() == .closed(close, by: .server))
                #expect(await seen.value == .closed(close, by: .server))
                await #expect(throws: WebSocketError.closed(close, by: .server)) { try await socket.send("more") }
                await socket.close(WebSocketClose(.normal))
            }
        }
    }

    @Test("the client's close is answered, and both ends know it")
    func clientCloses() async throws {
        let seen = Event<WebSocketError>()
        try await withWebSocketServer { socket in
            seen.happen(await socket.ending())
        } _: { port, _ in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                let close = WebSocketClose(.normal, reason: "done")
                await socket.close(close)
                #expect(await seen.value == .closed(close, by: .client))
                #expect(await socket.ending() == .closed(close, by: .client))
            }
        }
    }

    @Test("a client that is let go of closes the connection")
    func letGo() async throws {
        let seen = Event<WebSocketError>()
        try await withWebSocketServer { socket in
            seen.happen(await socket.ending())
        } _: { port, _ in
            try await withWebSockets { transport in
                _ = try await transport.connect("ws://127.0.0.1:\(port)/")
                guard case .lost = await seen.value else { return _ = Issue.record("not lost") }
            }
        }
    }

    @Test("a message larger than may be is refused by the receiver, and both ends learn why")
    func tooLarge() async throws {
        var limits = WebSocketLimits()
        limits.message = 1000
        let seen = Event<WebSocketError>()
        try await withWebSocketServer(limits) { socket in
            seen.happen(await socket.ending())
        } _: { port, _ in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                try await socket.send(.binary([UInt8](repeating: 0, count: 1001)))
                #expect(await seen.value == .violated(.messageTooLarge(limit: 1000)))
                guard case .closed(let close, by: .server) = await socket.ending() else {
                    return _ = Issue.record("not closed")
                }
                #expect(close.code == .messageTooLarge)
            }
        }
    }

    @Test("nobody who does not receive holds more than the limit; what he held back comes when he does")
    func backPressure() async throws {
        let sent = Lock(0)
        try await withWebSocketServer { socket in
            let piece = WebSocketMessage.binary([UInt8](repeating: 1, count: 100_000))
            for _ in 0..<200 {
                guard (try? await socket.send(piece)) != nil else { return }
                sent.withLock { $0 += 1 }
            }
            _ = await socket.ending()
        } _: { port, _ in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                // The sender stands still once the inbox and what the system holds are full, which is less than all of it.
                var last = -1
                try await eventually {
                    for _ in 0..<2000 { await Task.yield() }
                    let now = sent.withLock { $0 }
                    defer { last = now }
                    return now > 0 && now == last
                }
                #expect(sent.withLock { $0 } < 200)
                for _ in 0..<200 {
                    let message = try await socket.receive()
                    #expect(message.bytes.count == 100_000)
                }
                #expect(sent.withLock { $0 } == 200)
            }
        }
    }

    @Test("a listener that stops ends its WebSockets")
    func quiesce() async throws {
        try await withWebSocketServer(serving: echo) { port, listener in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(port)/")
                await listener.quiesce(by: .now)
                guard case .lost = await socket.ending() else { return _ = Issue.record("not lost") }
            }
        }
    }

    @Test("an idle WebSocket outlives the listener's times for requests")
    func outlives() async throws {
        var http = HTTPLimits()
        (http.headTime, http.idleTime, http.answerTime) = (.milliseconds(1), .milliseconds(1), .milliseconds(300))
        try await withWebSocketServer(http: http, serving: echo) { port, _ in
            try await withWebSockets { transport in
                // One whose head is late is refused, and asked again: the times are shorter than a busy machine needs.
                var socket: (any WebSocket)?
                try await eventually {
                    socket = try? await transport.connect("ws://127.0.0.1:\(port)/")
                    return socket != nil
                }
                let start = MonotonicTime.now
                try await eventually { MonotonicTime.now.since(start) > .milliseconds(1000) }
                try await socket?.send("still here")
                let answer = try await socket?.receive()
                #expect(answer == .text("still here"))
            }
        }
    }

    @Test("a request that asks for none is refused, and one that is refused says so to the client")
    func refused() async throws {
        try await withWebSocketServer(serving: echo) { port, _ in
            try await withTransport { transport in
                let response = try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/"))
                #expect(response.status == .badRequest)
            }
            try await withWebSockets { transport in
                let failure = await transport.failure(of: "ws://127.0.0.1:\(port)/refused")
                #expect(failure == .refused(.forbidden, address: "ws://127.0.0.1:\(port)/refused"))
            }
        }
    }
}
