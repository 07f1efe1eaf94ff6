import HTTP
import HTTPServer
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct WebSocketTests {
    private static let mask = WebSocketMask([1, 2, 3, 4])

    static let request = get(
        "/", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")

    private func serving(
        _ limits: WebSocketLimits = WebSocketLimits(), _ run: @escaping @Sendable (any WebSocket) async -> Void
    ) -> HTTPHandler {
        { request in .webSocket(answering: request, limits: limits, run) }
    }

    /// Sends back whatever comes, until it ends.
    private static func echo(_ socket: any WebSocket) async -> WebSocketError {
        while true {
            do throws(WebSocketError) {
                try await socket.send(try await socket.receive())
            } catch {
                return error
            }
        }
    }

    /// A server that notes how its end of each connection ended.
    private func echoing(_ endings: Lock<[WebSocketError]> = Lock([])) -> HTTPHandler {
        serving { socket in
            let ending = await Self.echo(socket)
            endings.withLock { $0.append(ending) }
        }
    }

    private func bytes(_ frames: WebSocketFrame...) -> [UInt8] { frames.flatMap { $0.encoded(Self.mask) } }

    /// Everything that the server sends until it ends, as events.
    private func events(_ client: RawClient) async throws -> [WebSocketEvent] {
        var decoder = WebSocketDecoder(from: .server, maxMessage: 64 << 20)
        var input = try await client.untilClosed()[...]
        var events: [WebSocketEvent] = []
        while let event = try decoder.next(from: &input) { events.append(event) }
        #expect(input.isEmpty)
        return events
    }

    @Test("the handshake is answered as RFC 6455 has its example, and frames behind it are read")
    func handshake() async throws {
        try await withServer(answering: echoing()) { server in
            let client = try server.connect()
            await client.send(Array(Self.request.utf8) + bytes(WebSocketFrame(.text, [0x61])))
            let answer = try await client.head()
            #expect(answer.status == 101)
            #expect(answer["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(answer["upgrade"] == "websocket")
            #expect(answer["connection"] == "Upgrade")
            #expect(answer["sec-websocket-extensions"] == nil && answer["sec-websocket-protocol"] == nil)
            #expect(try await client.take(3) == [0x81, 1, 0x61])
        }
    }

    @Test("a request that is none is refused, and the connection serves on")
    func refused() async throws {
        try await withServer(answering: echoing()) { server in
            let client = try server.connect()
            #expect(try await client.ask(get()).status == 400)
            let old = Self.request.replacing("Version: 13", with: "Version: 8")
            let answer = try await client.ask(old)
            #expect(answer.status == 426)
            #expect(answer["sec-websocket-version"] == "13")
            #expect(try await client.ask(Self.request).status == 101)
        }
    }

    @Test("fragments, pings between them and a close are answered, wherever the bytes are cut")
    func fragments() async throws {
        let endings = Lock<[WebSocketError]>([])
        try await withServer(answering: echoing(endings)) { server in
            let close = WebSocketClose(.goingAway, reason: "bye")
            let stream = bytes(
                WebSocketFrame(.text, [0xE4, 0xBD], isFinal: false), WebSocketFrame(.ping, [5]),
                WebSocketFrame(.continuation, [0xA0]))
            for size in [1, 3, 1000] {
                let client = try server.connect()
                _ = try await client.ask(Self.request)
                for start in stride(from: 0, to: stream.count, by: size) {
                    await client.send(Array(stream[start...].prefix(size)))
                }
                #expect(try await client.take(8) == [0x8A, 1, 5, 0x81, 3, 0xE4, 0xBD, 0xA0])
                await client.send(bytes(WebSocketFrame(close)))
                #expect(try await events(client) == [.close(WebSocketClose(.goingAway))])
            }
            try await eventually { endings.withLock { $0.count } == 3 }
            #expect(endings.withLock { $0 }.allSatisfy { $0 == .closed(close, by: .client) })
        }
    }

    struct Breach: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let violation: WebSocketViolation
        var testDescription: String { "\(violation)" }
    }

    static let breaches: [Breach] = [
        Breach(bytes: [0x81, 0x01, 0x61], violation: .unmasked),
        Breach(bytes: [0xC1, 0x80], violation: .reservedBits),
        Breach(bytes: [0x8B, 0x80], violation: .reservedOpcode(11)),
        Breach(bytes: [0x80, 0x80], violation: .nothingToContinue),
        Breach(bytes: [0x81, 0xFE, 0, 5], violation: .lengthNotMinimal),
        Breach(bytes: [0x88, 0x81, 0, 0, 0, 0, 3], violation: .closeCodeCut),
        Breach(bytes: [0x81, 0x81, 0, 0, 0, 0, 0xFF], violation: .textNotUTF8),
        // 20 MiB are announced.
        Breach(bytes: [0x82, 0xFF, 0, 0, 0, 0, 1, 0x40, 0, 0], violation: .messageTooLarge(limit: 4 << 20)),
    ]

    @Test("a breach is answered with its code and ends the connection", arguments: breaches)
    func breach(_ breach: Breach) async throws {
        let endings = Lock<[WebSocketError]>([])
        try await withServer(answering: echoing(endings)) { server in
            let client = try server.connect()
            _ = try await client.ask(Self.request)
            await client.send(breach.bytes)
            let seen = try await events(client)
            #expect(seen.count == 1)
            guard case .close(let close)? = seen.first else { return _ = Issue.record("no close") }
            #expect(close.code == breach.violation.closeCode)
            try await eventually { endings.withLock { $0.count } == 1 }
            #expect(endings.withLock { $0 } == [.violated(breach.violation)])
        }
    }

    @Test("half a frame and an end is a loss, and so is a reset")
    func half() async throws {
        let endings = Lock<[WebSocketError]>([])
        try await withServer(answering: echoing(endings)) { server in
            for isReset in [false, true] {
                let client = try server.connect()
                _ = try await client.ask(Self.request)
                await client.send([0x81, 0x85, 1])
                if isReset { await client.abort() } else { await client.finishSending() }
                let count = isReset ? 2 : 1
                try await eventually { endings.withLock { $0.count } == count }
                guard case .lost? = endings.withLock({ $0.last }) else { return _ = Issue.record("not lost") }
            }
        }
    }

    @Test("a close says its code, waits for the answer, and no longer than it has time")
    func closes() async throws {
        var limits = WebSocketLimits()
        limits.closeTime = .milliseconds(50)
        let handler = serving(limits) { socket in
            try? await socket.send(.text("last"))
            await socket.close(WebSocketClose(.goingAway, reason: "bye"))
        }
        try await withServer(answering: handler) { server in
            for answers in [true, false] {
                let client = try server.connect()
                await client.send(
                    Array(Self.request.utf8) + (answers ? bytes(WebSocketFrame(WebSocketClose(.goingAway))) : []))
                _ = try await client.head()
                let seen = try await events(client)
                // One that closes first is answered; which of the two comes first is open.
                guard case .close(let close)? = seen.last else { return _ = Issue.record("no close") }
                #expect(close.code == .goingAway)
                if !answers { #expect(seen == [.message(.text("last")), .close(close)]) }
            }
        }
    }

    @Test("whoever returns without a close has closed")
    func returns() async throws {
        try await withServer(answering: serving { _ in }) { server in
            let client = try server.connect()
            await client.send(Array(Self.request.utf8) + bytes(WebSocketFrame(WebSocketClose(.normal))))
            _ = try await client.head()
            #expect(try await events(client) == [.close(WebSocketClose(.normal))])
        }
    }

    @Test("a client that takes nothing is given up after the time for writing")
    func takesNothing() async throws {
        let ending = Lock<WebSocketError?>(nil)
        let handler = serving { socket in
            do throws(WebSocketError) {
                while true { try await socket.send(.binary([UInt8](repeating: 1, count: 1 << 20))) }
            } catch {
                ending.withLock { $0 = error }
            }
        }
        try await withServer(limits { $0.writeTime = .milliseconds(200) }, answering: handler) { server in
            let client = try server.connect(receiveBuffer: 4096)
            _ = try await client.ask(Self.request)
            try await eventually { ending.withLock { $0 } != nil }
            guard case .lost? = ending.withLock({ $0 }) else { return _ = Issue.record("not lost") }
        }
    }

    @Test("a client that pings and takes nothing is not read from without end")
    func pingsAndTakesNothing() async throws {
        try await withServer(limits { $0.writeTime = .milliseconds(300) }, answering: echoing()) { server in
            let client = try server.connect(receiveBuffer: 4096)
            _ = try await client.ask(Self.request)
            let ping = bytes(WebSocketFrame(.ping, [UInt8](repeating: 7, count: 125)))
            let flood = (0..<1000).flatMap { _ in ping }
            // Its sends fail once the server has given it up.
            while await client.send(flood) {}
        }
    }

    @Test("one who does not receive is sent no more than there is room for")
    func backPressure() async throws {
        let (go, seen) = (Ending(), Lock(0))
        let handler = serving { socket in
            _ = await go.error()
            do throws(WebSocketError) {
                while true {
                    _ = try await socket.receive()
                    seen.withLock { $0 += 1 }
                }
            } catch {}
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            _ = try await client.ask(Self.request)
            let piece = bytes(WebSocketFrame(.binary, [UInt8](repeating: 7, count: 100_000)))
            let sent = Lock(0)
            let sending = Task {
                for _ in 0..<300 {
                    await client.send(piece)
                    sent.withLock { $0 += 1 }
                }
            }
            var last = -1
            try await eventually {
                for _ in 0..<2000 { await Task.yield() }
                let now = sent.withLock { $0 }
                defer { last = now }
                return now > 0 && now == last
            }
            #expect(sent.withLock { $0 } < 300)
            try await go.note {}
            await sending.value
            try await eventually { seen.withLock { $0 } == 300 }
        }
    }
}
