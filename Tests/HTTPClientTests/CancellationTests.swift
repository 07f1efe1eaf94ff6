import HTTP
import HTTPClient
import Testing

@Suite("cancellation and the end", .timeLimit(.minutes(5))) struct CancellationTests {
    private let patient = HTTPRequestOptions { $0.totalTimeout = nil }

    @Test("cancelling closes the connection")
    func cancel() async throws {
        let request = Event<Void>()
        let gone = Event<[UInt8]>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            request.happen()
            gone.happen(connection.readToEnd())
        } _: { server in
            try await withTransport { transport in
                let task = Task { await transport.failure(of: HTTPRequest(.post, server.url), patient) }
                await request.value
                task.cancel()
                #expect(await task.value == .cancelled)
                #expect(await gone.value == [])
            }
        }
    }

    @Test("cancelling the reader of a stream closes the connection")
    func cancelReader() async throws {
        let gone = Event<[UInt8]>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            gone.happen(connection.readToEnd())
        } _: { server in
            try await withTransport { transport in
                let response = try await transport.stream(HTTPRequest(.get, server.url), patient)
                let reader = Task { try await response.body.next() }
                reader.cancel()
                await #expect(throws: HTTPTransportError.cancelled) { try await reader.value }
                #expect(await gone.value == [])
            }
        }
    }

    @Test("a task cancelled before it sends anything sends nothing")
    func cancelledBefore() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport { transport in
                let start = Event<Void>()
                let task = Task {
                    await start.value
                    return await transport.failure(of: HTTPRequest(.post, server.url))
                }
                task.cancel()
                start.happen()
                #expect(await task.value.isNotSent)
            }
            #expect(server.accepted == 0)
        }
    }

    @Test("cancelling at any moment ends each request once, and the transport serves on")
    func cancelAnyTime() async throws {
        try await ScriptedServer.run(friendly) { server in
            try await withTransport { transport in
                for _ in 0..<200 {
                    let task = Task { try await transport.send(HTTPRequest(.post, server.url)) }
                    let canceller = Task { task.cancel() }
                    switch await task.result {
                    case .success(let response): #expect(response.text == "hello")
                    case .failure(let error):
                        let error = error as? HTTPTransportError
                        #expect(error == .cancelled || error.isNotSent)
                    }
                    await canceller.value
                }
                let text = try await transport.send(HTTPRequest(.post, server.url)).text
                #expect(text == "hello")
            }
        }
    }

    @Test("requests beyond those that may wait are refused as not sent")
    func fullQueue() async throws {
        try await withOnePlaceTaken(waiting: 0) { transport, server in
            #expect(await transport.failure(of: HTTPRequest(.post, server.url), patient).isNotSent)
        }
    }

    @Test("a request that is cancelled while it waits for others was not sent")
    func cancelWaiting() async throws {
        try await withOnePlaceTaken { transport, server in
            let second = Task { await transport.failure(of: HTTPRequest(.post, server.url), patient) }
            second.cancel()
            let failure = await second.value
            #expect(failure.isNotSent)
            #expect("\(failure!)".contains("cancelled before it began"))
        }
    }

    @Test("closing ends what runs, what waits and what comes later as cancelled, and every connection")
    func close() async throws {
        var limits = CurlTransport.Limits()
        limits.concurrent = 2
        let (running, gone) = ([Event<Void>(), Event<Void>()], [Event<[UInt8]>(), Event<[UInt8]>()])
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            running[connection.number - 1].happen()
            gone[connection.number - 1].happen(connection.readToEnd())
        } _: { server in
            let transport = CurlTransport(limits: limits)
            let tasks = (0..<10).map { _ in
                Task { await transport.failure(of: HTTPRequest(.post, server.url), patient) }
            }
            for event in running { await event.value }
            await transport.close()
            for task in tasks { #expect(await task.value == .cancelled) }
            for event in gone { #expect(await event.value == []) }
            #expect(await transport.failure(of: HTTPRequest(.post, server.url), patient) == .cancelled)
            await transport.close()
        }
    }

    @Test("a transport that is let go of closes its connections, too")
    func letGo() async throws {
        let gone = Event<[UInt8]>()
        try await ScriptedServer.run { connection in
            _ = connection.readRequest()
            connection.answer()
            gone.happen(connection.readToEnd())
        } _: { server in
            _ = try await CurlTransport().send(HTTPRequest(.post, server.url))
            #expect(await gone.value == [])
        }
    }
}
