import HTTP
import HTTPClient
import System
import TestSupport
import Testing

@Suite("WebSockets with a server that breaks the rules", .timeLimit(.minutes(1)))
struct WebSocketHostileServerTests {
    struct Breach: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let violation: WebSocketViolation
        var testDescription: String { "\(violation)" }
    }

    static let breaches: [Breach] = [
        Breach(bytes: [0x81, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9], violation: .masked),
        Breach(bytes: [0xC1, 0x00], violation: .reservedBits),
        Breach(bytes: [0x83, 0x00], violation: .reservedOpcode(3)),
        Breach(bytes: [0x80, 0x00], violation: .nothingToContinue),
        Breach(bytes: [0x89, 126, 0, 126], violation: .controlTooLong(126)),
        Breach(bytes: [0x09, 0x00], violation: .controlFragmented),
        Breach(bytes: [0x81, 2, 0xC3, 0x28], violation: .textNotUTF8),
        Breach(bytes: [0x88, 1, 3], violation: .closeCodeCut),
        // 20 MiB are announced.
        Breach(bytes: [0x82, 127, 0, 0, 0, 0, 1, 0x40, 0, 0], violation: .messageTooLarge(limit: 4 << 20)),
    ]

    @Test("a breach ends it, and the server is told the code", arguments: breaches)
    func breach(_ breach: Breach) async throws {
        let told = Event<Decoder>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket(behind: breach.bytes)
            told.happen(Decoder(connection.readToEnd()))
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/") {
                    $0.limits.closeTime = .milliseconds(1)
                }
                #expect(await socket.ending() == .violated(breach.violation))
                await #expect(throws: WebSocketError.violated(breach.violation)) { try await socket.send("x") }
                let close = await told.value.close
                #expect(close?.code == breach.violation.closeCode)
            }
        }
    }

    @Test("a server that sends on after a breach is read on from until it has had time to hear of it")
    func floods() async throws {
        let told = Event<Decoder>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket(behind: [0x83, 0])
            connection.write([UInt8](repeating: 0, count: 20 << 20))
            connection.finishSending()
            told.happen(Decoder(connection.readToEnd()))
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/") {
                    $0.limits.closeTime = .seconds(50)
                }
                #expect(await socket.ending() == .violated(.reservedOpcode(3)))
                #expect(await told.value.close?.code == .protocolError)
            }
        }
    }

    @Test(
        "half a frame and then nothing more is a loss",
        arguments: [[0x81], [0x81, 5, 0x61], [0x01, 1, 0x61]] as [[UInt8]])
    func half(bytes: [UInt8]) async throws {
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket(behind: bytes)
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/")
                guard case .lost(let reason) = await socket.ending() else { return _ = Issue.record("not lost") }
                #expect(reason.contains("ended the connection"))
                await #expect(throws: WebSocketError.lost(reason)) { try await socket.send("x") }
                await socket.close(WebSocketClose(.normal))
            }
        }
    }

    @Test("a close without a code is one")
    func closeWithoutCode() async throws {
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket(behind: [0x88, 0])
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/")
                #expect(await socket.ending() == .closed(WebSocketClose(.none), by: .server))
            }
        }
    }

    @Test("pings are answered whether or not anybody receives")
    func pings() async throws {
        let pongs = Event<[WebSocketEvent]>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket(behind: WebSocketFrame(.ping, [1, 2]).encoded(nil))
            pongs.happen(connection.readFrames { !$0.isEmpty })
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/")
                #expect(await pongs.value == [.pong([1, 2])])
                withExtendedLifetime(socket) {}
            }
        }
    }

    @Test("of the answers to pings that the server does not take, the last waits and no other")
    func pingFlood() async throws {
        let pings = 120_000
        let pongs = Event<[WebSocketEvent]>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            let ping = WebSocketFrame(.ping, [UInt8](repeating: 7, count: 125)).encoded(nil)
            // More than the system holds on the way back.
            connection.write((0..<pings).flatMap { _ in ping } + WebSocketFrame(.ping, [9]).encoded(nil))
            pongs.happen(connection.readFrames { $0.last == .pong([9]) })
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/")
                let seen = await pongs.value
                #expect(seen.last == .pong([9]))
                #expect(seen.count < pings)
                withExtendedLifetime(socket) {}
            }
        }
    }

    @Test("a server that takes nothing more ends the sends at their deadline, and what waits is bounded")
    func takesNothing() async throws {
        let over = Event<Void>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            over.block()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/") {
                    $0.limits.sendTime = .milliseconds(500)
                    $0.limits.outbox = 1 << 20
                }
                let piece = WebSocketMessage.binary([UInt8](repeating: 1, count: 600_000))
                let errors = await withTaskGroup(of: WebSocketError?.self) { group in
                    for _ in 0..<40 {
                        group.addTask {
                            do throws(WebSocketError) {
                                try await socket.send(piece)
                                return nil
                            } catch {
                                return error
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(errors.contains(.full(limit: 1 << 20)))
                #expect(errors.contains { if case .timedOut? = $0 { true } else { false } })
                guard case .timedOut(let reason) = await socket.ending() else { return _ = Issue.record("still there") }
                #expect(reason.contains("has not taken"))
            }
            over.happen()
        }
    }

    @Test("a close that is never answered ends when its time is over")
    func closeUnanswered() async throws {
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/") {
                    $0.limits.closeTime = .milliseconds(100)
                }
                let close = WebSocketClose(.normal)
                await socket.close(close)
                #expect(await socket.ending() == .closed(close, by: .client))
            }
        }
    }

    @Test("a receive that is cancelled ends, and the next one misses nothing")
    func cancelledReceive() async throws {
        let go = Event<Void>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            go.block()
            connection.write(WebSocketFrame(.text, [0x61]).encoded(nil))
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/")
                for yields in 0..<20 {
                    let receiving = Task { try await socket.receive() }
                    for _ in 0..<yields { await Task.yield() }
                    receiving.cancel()
                    await #expect(throws: WebSocketError.cancelled) { try await receiving.value }
                }
                go.happen()
                let message = try await socket.receive()
                #expect(message == .text("a"))
            }
        }
    }

    @Test("a send that is cancelled leaves whole frames only")
    func cancelledSend() async throws {
        let go = Event<Void>()
        let seen = Event<[WebSocketEvent]>()
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            go.block()
            seen.happen(connection.readFrames { $0.last == .message(.text("end")) })
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/") {
                    $0.limits.outbox = 64 << 20
                }
                let piece = WebSocketMessage.binary([UInt8](repeating: 1, count: 3_000_000))
                let sending = (0..<10).map { _ in Task { try await socket.send(piece) } }
                for _ in 0..<100 { await Task.yield() }
                for task in sending { task.cancel() }
                var cancelled = 0
                for task in sending { if case .failure = await task.result { cancelled += 1 } }
                #expect(cancelled > 0)
                go.happen()
                try await socket.send("end")
                let events = await seen.value
                #expect(events.dropLast().allSatisfy { $0 == .message(piece) })
                #expect(events.count <= 11)
            }
        }
    }

    @Test("random cuts of what a server sends come out as they went in")
    func trickle() async throws {
        let messages = (0..<50).map { WebSocketMessage.text(String(repeating: "你好", count: $0)) }
        try await ScriptedServer.run { connection in
            connection.acceptWebSocket()
            let bytes = messages.flatMap { WebSocketFrame($0).encoded(nil) }
            for start in stride(from: 0, to: bytes.count, by: 7) { connection.write(Array(bytes[start...].prefix(7))) }
            _ = connection.readToEnd()
        } _: { server in
            try await withWebSockets { transport in
                let socket = try await transport.connect("ws://127.0.0.1:\(server.port)/")
                for message in messages {
                    let received = try await socket.receive()
                    #expect(received == message)
                }
            }
        }
    }
}

/// The frames that a server makes of all that a client has sent.
struct Decoder: Sendable {
    private(set) var events: [WebSocketEvent] = []

    init(_ bytes: [UInt8]) {
        var decoder = WebSocketDecoder(from: .client, maxMessage: 64 << 20)
        var input = bytes[...]
        while let event = try? decoder.next(from: &input) { events.append(event) }
    }

    var close: WebSocketClose? { if case .close(let close)? = events.last { close } else { nil } }
}

extension ScriptedConnection {
    /// Reads frames until what has come of them is enough, or the client has gone.
    func readFrames(until isEnough: ([WebSocketEvent]) -> Bool) -> [WebSocketEvent] {
        var decoder = WebSocketDecoder(from: .client, maxMessage: 64 << 20)
        var events: [WebSocketEvent] = []
        while true {
            var input = readSome()[...]
            guard !input.isEmpty else { return events }
            while let event = try? decoder.next(from: &input) {
                events.append(event)
                if isEnough(events) { return events }
            }
        }
    }
}
