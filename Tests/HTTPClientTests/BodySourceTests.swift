import HTTP
import HTTPClient
import Testing

@Suite("bodies that are fetched while they are sent", .timeLimit(.minutes(5))) struct BodySourceTests {
    @Test("arrive whole, with their length, however large", arguments: [1, 65_536, 65_537, 3_000_000])
    func whole(size: Int) async throws {
        try await ScriptedServer.run { connection in
            let request = connection.readRequest() ?? ""
            connection.answer(body: "\(request.utf8.count) \(request.utf8.filter { $0 == 0x23 }.count)")
        } _: { server in
            try await withTransport { transport in
                var request = HTTPRequest(.post, server.url)
                request.source = Hashes(size: size)
                let counts = try await transport.send(request).text.split(separator: " ").compactMap { Int($0) }
                #expect(counts.last == size && counts[0] > size)
            }
        }
    }

    @Test("may be empty, and may be put")
    func emptyAndPut() async throws {
        try await ScriptedServer.run { connection in
            while let request = connection.readRequest() { connection.answer(body: request) }
        } _: { server in
            try await withTransport { transport in
                for (method, size) in [(HTTPMethod.post, 0), (.put, 3), (.delete, 3)] {
                    var request = HTTPRequest(method, server.url)
                    request.source = Hashes(size: size)
                    let seen = try await transport.send(request).text
                    #expect(seen.hasPrefix("\(method) / HTTP/1.1") && seen.contains("Content-Length: \(size)\r\n"))
                    #expect(seen.hasSuffix("\r\n\r\n" + String(repeating: "#", count: size)))
                }
            }
        }
    }

    @Test("go again from their beginning when a kept connection turns out to be closed")
    func again() async throws {
        try await ScriptedServer.run { connection in
            guard let request = connection.readRequest() else { return }
            connection.answer(body: "\(request.utf8.filter { $0 == 0x23 }.count)")
        } _: { server in
            try await withTransport { transport in
                var arrived = 0
                for _ in 0..<20 {
                    var request = HTTPRequest(.post, server.url)
                    request.source = Hashes(size: 100_000)
                    // A connection that closes once the request is being written ends it, which is no fault of the body's.
                    if let response = try? await transport.send(request) {
                        #expect(response.text == "100000")
                        arrived += 1
                    }
                }
                #expect(arrived > 0)
            }
        }
    }

    @Test("that cannot be read end their request, and nobody takes it for one")
    func unreadable() async throws {
        let got = Event<Bool>()
        try await ScriptedServer.run { connection in
            got.happen(connection.readRequest() != nil)
        } _: { server in
            try await withTransport { transport in
                var request = HTTPRequest(.post, server.url)
                request.source = Hashes(size: 500_000, readable: 200_000)
                let failure = await transport.failure(of: request)
                #expect(failure.isUnanswered)
                #expect("\(failure!)".contains("its body could not be read: worn out"))
                #expect(await got.value == false)
            }
        }
    }

    @Test("have nothing beside them")
    func oneBody() async throws {
        try await withTransport { transport in
            var both = HTTPRequest(.post, "http://127.0.0.1:1/", body: [1])
            both.source = Hashes(size: 1)
            var head = HTTPRequest(.head, "http://127.0.0.1:1/")
            head.source = Hashes(size: 1)
            for request in [both, head] {
                let failure = await transport.failure(of: request)
                #expect(failure.isNotSent)
                #expect("\(failure!)".contains("body"))
            }
        }
    }
}

/// A body of so many `#`, of which the first `readable` can be had.
private struct Hashes: HTTPBodySource {
    let size: Int
    var readable = Int.max

    func bytes(at offset: Int, atMost count: Int) throws -> [UInt8] {
        guard offset < readable else { throw WornOut() }
        return [UInt8](repeating: 0x23, count: min(count, size - offset, 50_000))
    }
}

private struct WornOut: Error, CustomStringConvertible {
    var description: String { "worn out" }
}
