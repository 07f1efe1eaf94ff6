import HTTP
import HTTPServer
import Lifecycle
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct StreamTests {
    @Test("a streamed body reaches the client piece by piece, and the connection is kept")
    func pieces() async throws {
        let goOn = Signpost()
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { writer in
                    try await writer.write(Array("first".utf8))
                    try await writer.write([])
                    await goOn.wait()
                    try await writer.write(Array("second".utf8))
                }
            )
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            await client.send(get("/", "Accept: text/event-stream"))
            let head = try await client.head()
            #expect(head["transfer-encoding"] == "chunked")
            #expect(try await client.nextChunk() == Array("first".utf8))
            goOn.reach()
            #expect(try await client.nextChunk() == Array("second".utf8))
            #expect(try await client.nextChunk() == nil)
            #expect(try await client.ask(get()).text == "firstsecond")
        }
    }

    @Test("a client that does not read holds the producer back, and reading lets it go on")
    func backPressure() async throws {
        let written = Lock(0)
        let piece = [UInt8](repeating: 7, count: 64 << 10)
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { writer in
                    for _ in 0..<1000 {
                        try await writer.write(piece)
                        written.withLock { $0 += 1 }
                    }
                }
            )
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect(receiveBuffer: 4096)
            await client.send(get())
            var seen = -1
            // Asking another connection gives the loop every chance to let the producer run on.
            while seen != written.withLock({ $0 }) {
                seen = written.withLock { $0 }
                _ = try await server.connect().isSilent(patience: 50)
            }
            #expect(seen < 1000)
            #expect(try await client.answer().body.count == 1000 * piece.count)
            #expect(written.withLock { $0 } == 1000)
        }
    }

    @Test("a client that takes nothing of a stream is closed, and the producer is told")
    func stalledClient() async throws {
        let ending = Ending()
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { writer in
                    try await ending.note {
                        while true { try await writer.write([UInt8](repeating: 7, count: 64 << 10)) }
                    }
                }
            )
        }
        try await withServer(limits { $0.writeTime = .milliseconds(200) }, answering: handler) { server in
            let client = try server.connect(receiveBuffer: 4096)
            await client.send(get())
            #expect(await ending.error() is HTTPConnectionClosed)
        }
    }

    @Test("a client that goes away ends the producer")
    func disconnect() async throws {
        let ending = Ending()
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { writer in
                    try await ending.note { while true { try await writer.write(Array("tick\n".utf8)) } }
                }
            )
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            await client.send(get())
            _ = try await client.head()
            await client.abort()
            #expect(await ending.error() is HTTPConnectionClosed)
        }
    }

    @Test("a client that goes away cancels a producer that waits for something else")
    func disconnectWhileWaiting() async throws {
        let never = Signpost()
        let ending = Ending()
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { _ in
                    try await ending.note {
                        await never.wait()
                        try Task.checkCancellation()
                    }
                }
            )
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            await client.send(get())
            _ = try await client.head()
            await client.abort()
            #expect(await ending.error() is CancellationError)
        }
    }

    @Test("a producer that fails breaks the body off, so that the client can tell")
    func producerFails() async throws {
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { writer in
                    try await writer.write([1])
                    throw CancellationError()
                }
            )
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            await client.send(get())
            _ = try await client.head()
            #expect(try await client.nextChunk() == [1])
            await #expect(throws: RawFailure.self) { try await client.nextChunk() }
        }
    }

    @Test("HEAD of a stream gets the head alone, and the producer is not asked")
    func head() async throws {
        let produced = Lock(0)
        let handler: HTTPHandler = { _ in
            HTTPResponse(.ok, body: .streamed { _ in produced.withLock { $0 += 1 } })
        }
        try await withServer(answering: handler) { server in
            let client = try server.connect()
            await client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try await client.answer(isHead: true)["transfer-encoding"] == "chunked")
            #expect(produced.withLock { $0 } == 0)
            #expect(try await client.ask(get()).body.isEmpty)
            #expect(produced.withLock { $0 } == 1)
        }
    }

    @Test("an HTTP/1.0 client gets a stream that ends with the connection")
    func http10() async throws {
        let handler: HTTPHandler = { _ in
            HTTPResponse(
                .ok,
                body: .streamed { writer in
                    for piece in ["a", "b", "c"] { try await writer.write(Array(piece.utf8)) }
                }
            )
        }
        try await withServer(answering: handler) { server in
            let answer = try await server.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(answer["connection"] == "close")
            #expect(answer["transfer-encoding"] == nil)
            #expect(answer.text == "abc")
        }
    }

    @Test("producers that never pause do not keep other clients waiting")
    func fairness() async throws {
        let handler: HTTPHandler = { request in
            guard request.path == "/busy" else { return .text(.ok, "served") }
            return HTTPResponse(
                .ok,
                body: .streamed { writer in
                    while !Task.isCancelled {
                        try await writer.write([1])
                        await beforeLookingAgain()
                    }
                }
            )
        }
        try await withServer(answering: handler) { server in
            let busy = try server.connect()
            await busy.send(get("/busy"))
            _ = try await busy.head()
            #expect(try await server.ask(get()).text == "served")
        }
    }
}

/// The end of a closure on the server's side, for a test that waits for it.
final class Ending: Sendable {
    private let signpost = Signpost()
    private let thrown = Lock<(any Error)?>(nil)

    func note(_ body: () async throws -> Void) async throws {
        defer { signpost.reach() }
        do {
            try await body()
        } catch {
            thrown.withLock { $0 = error }
            throw error
        }
    }

    func error() async -> (any Error)? {
        await signpost.wait()
        return thrown.withLock { $0 }
    }
}
