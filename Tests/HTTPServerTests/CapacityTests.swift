import Glibc
import HTTP
import HTTPServer
import Lifecycle
import Testing

@Suite struct CapacityTests {
    @Test("at the cap the oldest connection without a head gives way to a newcomer")
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

    @Test("connections that are being answered do not give way: the newcomer is turned away")
    func busyOnesStay() async throws {
        let (arrived, mayAnswer) = (Signpost(), Signpost())
        let handler: HTTPHandler = { request in
            if request.path == "/3" { arrived.reach() }
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
