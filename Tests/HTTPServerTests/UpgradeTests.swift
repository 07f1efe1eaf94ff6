import HTTP
import HTTPServer
import Lifecycle
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct UpgradeTests {
    static let request = get("/", "Connection: keep-alive, Upgrade", "Upgrade: lines")

    /// Sends back whatever comes, and `end` behind it.
    static let echoing: HTTPHandler = { _ in
        .upgrade(to: "lines") { connection in
            do {
                while let bytes = try await connection.read() { try await connection.write(bytes) }
                try await connection.write(Array("end".utf8))
            } catch {}
        }
    }

    @Test("a connection is handed over after 101, both directions, with what came behind the head")
    func bothDirections() async throws {
        try await withServer(answering: Self.echoing) { server in
            let client = try server.connect()
            let answer = try await client.ask(Self.request + "early")
            #expect(answer.status == 101)
            #expect(answer["upgrade"] == "lines")
            #expect(answer["connection"] == "Upgrade")
            #expect(answer["content-length"] == nil)
            #expect(try await client.take(5) == Array("early".utf8))
            await client.send("late")
            #expect(try await client.take(4) == Array("late".utf8))
        }
    }

    @Test("a megabyte goes through in both directions")
    func bulk() async throws {
        try await withServer(answering: Self.echoing) { server in
            let client = try server.connect()
            #expect(try await client.ask(Self.request).status == 101)
            let piece = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
            for _ in 0..<100 {
                await client.send(piece)
                #expect(try await client.take(piece.count) == piece)
            }
        }
    }

    @Test("a client that has finished sending still hears the rest")
    func halfClose() async throws {
        try await withServer(answering: Self.echoing) { server in
            let client = try server.connect()
            await client.send(Self.request + "last")
            await client.finishSending()
            #expect(try await client.answer().status == 101)
            #expect(try await client.untilClosed() == Array("lastend".utf8))
        }
    }

    @Test("the server's side may end the connection, and what it wrote arrives")
    func serverCloses() async throws {
        let handler: HTTPHandler = { _ in
            .upgrade(to: "lines") { try? await $0.write(Array("bye".utf8)) }
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            #expect(try await client.ask(Self.request).status == 101)
            #expect(try await client.untilClosed() == Array("bye".utf8))
            await client.close()
            try await eventually { server.count("connections_closed_total") == "1" }
        }
    }

    @Test("a client that resets the connection ends the read")
    func clientResets() async throws {
        let ending = Ending()
        let handler: HTTPHandler = { _ in
            .upgrade(to: "lines") { connection in
                try? await ending.note { while try await connection.read() != nil {} }
            }
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            #expect(try await client.ask(Self.request).status == 101)
            await client.abort()
            #expect(await ending.error() is HTTPConnectionClosed)
        }
    }

    @Test("a read that is cancelled ends, and the next one misses nothing")
    func cancelledRead() async throws {
        let handler: HTTPHandler = { _ in
            .upgrade(to: "lines") { connection in
                var cancelled = 0
                for yields in 0..<20 {
                    let reading = Task { try await connection.read() }
                    for _ in 0..<yields { await Task.yield() }
                    reading.cancel()
                    if case .failure(is CancellationError) = await reading.result { cancelled += 1 }
                }
                try? await connection.write(Array("\(cancelled) cancelled ".utf8))
                if let bytes = try? await connection.read() { try? await connection.write(bytes) }
            }
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            #expect(try await client.ask(Self.request).status == 101)
            #expect(try await client.take(13) == Array("20 cancelled ".utf8))
            await client.send("all of it")
            #expect(try await client.untilClosed() == Array("all of it".utf8))
        }
    }

    @Test("two tasks may write at once")
    func twoWriters() async throws {
        let handler: HTTPHandler = { _ in
            .upgrade(to: "lines") { connection in
                let other = Task { try await connection.write([UInt8](repeating: 1, count: 4 << 20)) }
                try? await connection.write([UInt8](repeating: 2, count: 4 << 20))
                _ = await other.result
            }
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect(receiveBuffer: 4096)
            #expect(try await client.ask(Self.request).status == 101)
            let all = try await client.untilClosed()
            #expect(all.count == 8 << 20)
            #expect(all.count { $0 == 1 } == 4 << 20)
        }
    }

    @Test(
        "a client that has not asked to upgrade is refused",
        arguments: [get(), get("/", "Upgrade: lines"), get("/", "Connection: upgrade")]
    )
    func notAsked(request: String) async throws {
        try await withServer(answering: Self.echoing) { server in
            let answer = try await server.ask(request)
            #expect(answer.status == 400)
            #expect(server.count("answers_total{listener=\"test\",status=\"1xx\"}") == "0")
        }
    }
}
