import Glibc
import HTTP
import HTTPServer
import Lifecycle
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct CapacityTests {
    @Test("at the cap the oldest connection without a request gives way to a newcomer")
    func oldestGivesWay() async throws {
        try await withServer(limits { $0.connections = 3 }) { server in
            let (first, second, third) = (try server.connect(), try server.connect(), try server.connect())
            // One that has asked and been answered has joined the queue of the silent again, at its end.
            #expect(try await first.ask(get()).status == 200)
            await second.send("GET / HTTP/1.1\r\n")
            #expect(try await server.ask(get("/newcomer")).status == 200)
            #expect(await second.isClosed())
            #expect(server.count("connections_evicted_total") == "1")
            #expect(try await first.ask(get()).status == 200)
            #expect(try await third.ask(get()).status == 200)
        }
    }

    @Test("whoever has been refused for good gives way before those who have asked nothing yet")
    func refusedOnesGiveWay() async throws {
        try await withServer(limits { $0.connections = 3 }) { server in
            let silent = try server.connect()
            try await eventually { server.count("connections_total") == "1" }
            let refused = try (1...2).map { _ in try server.connect() }
            for client in refused { #expect(try await client.ask("\0").status == 400) }
            for number in 1...5 {
                let newcomer = try server.connect()
                #expect(try await newcomer.ask(get("/\(number)")).status == 200)
                await newcomer.close()
            }
            #expect(server.count("connections_refused_total") == "0")
            #expect(try await silent.ask(get()).status == 200)
        }
    }

    @Test("a head whose body does not come holds no place against a newcomer")
    func missingBodiesGiveWay() async throws {
        try await withServer(limits { $0.connections = 3 }) { server in
            let held = try (1...3).map { _ in try server.connect() }
            for client in held {
                let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
                #expect(try await client.ask(head).status == 100)
            }
            #expect(try await server.ask(get("/newcomer")).status == 200)
            #expect(await held[0].isClosed())
            #expect(try await held[1].ask("123456789").text == "POST / 123456789")
        }
    }

    @Test("beyond the bytes that all requests together may hold, one is refused, and taken once others are done")
    func heldBytes() async throws {
        try await withServer(limits { $0.heldBytes = 100_000 }) { server in
            let (first, second) = (try server.connect(), try server.connect())
            let body = String(repeating: "x", count: 80_000)
            let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 80001\r\n\r\n"
            let announced = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 80001\r\nExpect: 100-continue\r\n\r\n"
            #expect(try await first.ask(announced).status == 100)
            await first.send(body)
            try await eventually { await server.listener.heldBytes == 80_000 }
            #expect(try await second.ask(head + body + "y").status == 503)
            #expect(server.count("memory_refusals_total") == "1")
            #expect(try await first.ask("y").text.hasSuffix("xy"))
            #expect(try await server.ask(head + body + "y").status == 200)
            await first.close()
            try await eventually { await server.listener.heldBytes == 0 }
        }
    }

    @Test("everyone who waits to be accepted is, though they are taken in some at a time")
    func manyAtOnce() async throws {
        let (isHeld, mayGoOn) = (Signpost(), BlockingQueue<Int>(capacity: 1))
        let handler: HTTPHandler = { request in
            if request.path == "/hold" {
                isHeld.reach()
                _ = mayGoOn.pop(max: 1)
            }
            return .text(.ok, "done")
        }
        try await withServer(answering: handler) { server in
            let holding = try server.connect()
            await holding.send(get("/hold"))
            await isHeld.wait()
            let crowd = try (1...200).map { _ in try server.connect() }
            mayGoOn.close()
            for client in crowd { #expect(try await client.ask(get()).status == 200) }
            #expect(try await holding.answer().status == 200)
        }
    }

    @Test("connections that are being answered do not give way: the newcomer is turned away")
    func busyOnesStay() async throws {
        let (arrived, mayAnswer) = (Signpost(), Signpost())
        let arrivals = Lock(0)
        let handler: HTTPHandler = { _ in
            let count = arrivals.withLock { count in
                count += 1
                return count
            }
            if count == 3 { arrived.reach() }
            await mayAnswer.wait()
            return .text(.ok, "done")
        }
        try await withServer(limits { $0.connections = 3 }, answering: handler) { server in
            let busy = try (1...3).map { _ in try server.connect() }
            for (index, client) in busy.enumerated() { await client.send(get("/\(index + 1)")) }
            try await eventually { server.count("connections_total") == "3" }
            await arrived.wait()
            #expect(try await server.connect().isClosed())
            #expect(server.count("connections_refused_total") == "1")
            mayAnswer.reach()
            for client in busy { #expect(try await client.answer().text == "done") }
        }
    }

    @Test("3,000 aborted connections leave nothing behind")
    func aborts() async throws {
        try await withServer { server in
            #expect(try await server.ask(get()).status == 200)
            let openings = [
                "", "GET / HT", get(), post("hello"), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n",
            ]
            for number in 0..<3000 {
                let client = try server.connect()
                await client.send(openings[number % openings.count])
                await client.abort()
            }
            #expect(try await server.ask(get()).status == 200)
            try await eventually {
                server.count("connections_total") == server.count("connections_closed_total")
            }
            #expect(await server.connectedDescriptors().isEmpty)
        }
    }
}

extension TestServer {
    /// The sockets of this process that the server's side has open to its clients.
    func connectedDescriptors() async -> [Int32] {
        (0..<4096).filter { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let results = unsafe withUnsafeMutablePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe (getpeername(descriptor, address, &length), getsockname(descriptor, address, &length))
                }
            }
            return results == (0, 0) && Int(UInt16(bigEndian: address.sin_port)) == port
        }
    }
}
