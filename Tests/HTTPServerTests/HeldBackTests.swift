import HTTP
import HTTPServer
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HeldBackTests {
    /// Refuses, and says that it took long; answers what is genuine.
    @Sendable private static func door(_ request: HTTPRequest) async -> HTTPResponse {
        var response = HTTPResponse.text(request.path == "/genuine" ? .ok : .forbidden, "done")
        response.proof = request.path == "/genuine" ? .given : .failed(after: .milliseconds(500))
        return response
    }

    /// Refuses whatever comes, and counts it.
    private static func refusal(costing cost: Duration, counting looks: Lock<Int>) -> HTTPHandler {
        { _ in
            looks.withLock { $0 += 1 }
            var response = HTTPResponse.text(.forbidden, "no")
            response.proof = .failed(after: cost)
            return response
        }
    }

    @Test("a client that has cost too much is not read for a while, and another is answered meanwhile")
    func heldBack() async throws {
        try await withServer(budgets: ClientBudgets(), answering: Self.door) { server in
            let stranger = try server.connect(from: 2)
            #expect(try await stranger.ask(get("/rubbish")).status == 403)
            let again = try server.connect(from: 2)
            for client in [stranger, again] { await client.send(get("/genuine")) }
            for _ in 1...20 { #expect(try await server.ask(get("/genuine")).status == 200) }
            #expect(await again.isSilent())
            #expect(server.count("held_back_total") != "0")
            // It is only put off.
            #expect(try await again.answer().status == 200)
            #expect(try await stranger.answer().status == 200)
        }
    }

    @Test("at the cap those who are held back give way before those who have asked nothing yet")
    func givesWay() async throws {
        try await withServer(limits { $0.connections = 3 }, budgets: ClientBudgets(), answering: Self.door) { server in
            let silent = try server.connect()
            try await eventually { server.count("connections_total") == "1" }
            let stranger = try server.connect(from: 2)
            #expect(try await stranger.ask(get("/rubbish")).status == 403)
            let more = try server.connect(from: 2)
            try await eventually { server.count("connections_total") == "3" }
            #expect(try await server.ask(get("/genuine")).status == 200)
            #expect(try await silent.ask(get("/genuine")).status == 200)
            _ = more
        }
    }

    @Test("through a trusted proxy it is the client behind it that is told to wait, not the proxy")
    func behindProxy() async throws {
        try await withServer(budgets: ClientBudgets(), answering: Self.door) { server in
            func ask(_ path: String, for client: String) async throws -> RawAnswer {
                try await server.ask(get(path, "X-Forwarded-For: \(client)"))
            }
            #expect(try await ask("/rubbish", for: "203.0.113.9").status == 403)
            let told = try await ask("/genuine", for: "198.51.100.1, 203.0.113.9")
            #expect(told.status == 429 && told["retry-after"] != nil)
            #expect(try await ask("/genuine", for: "203.0.113.10").status == 200)
            #expect(try await server.ask(get("/genuine")).status == 200)
        }
    }

    @Test("requests that are sent in one go are held back one by one")
    func pipelined() async throws {
        try await withServer(budgets: ClientBudgets(), answering: Self.door) { server in
            let stranger = try server.connect(from: 2)
            await stranger.send(String(repeating: get("/rubbish"), count: 20))
            #expect(try await stranger.answer().status == 403)
            #expect(await stranger.isSilent())
        }
    }

    @Test("requests that are no HTTP are paid for, too")
    func malformed() async throws {
        try await withServer(budgets: ClientBudgets(costOfRefusal: .milliseconds(500))) { server in
            #expect(try await server.connect(from: 2).ask("\0").status == 400)
            let again = try server.connect(from: 2)
            await again.send(get())
            #expect(try await server.ask(get()).status == 200)
            #expect(await again.isSilent())
            #expect(try await again.answer().status == 200)
        }
    }

    @Test("however many connections a client has, no more of its rubbish is looked at than it may cost")
    func manyConnections() async throws {
        let (clock, looks) = (LedgerClock(), Lock(0))
        let handler = Self.refusal(costing: .milliseconds(50), counting: looks)
        try await withServer(budgets: ClientBudgets(clock: { clock.read() }), answering: handler) { server in
            var strangers: [RawClient] = []
            for _ in 1...200 { strangers.append(try server.connect(from: 2)) }
            for stranger in strangers { await stranger.send(get("/rubbish")) }
            // Its credit is two looks. Everybody else waits, or is told to, once.
            try await eventually { server.count("held_back_total") == "198" }
            #expect(looks.withLock { $0 } == 2)
            for stranger in strangers { await stranger.close() }
        }
    }

    @Test("of connections that were held back no more are looked at than their client may cost by then")
    func manyLetOn() async throws {
        let (clock, looks) = (LedgerClock(), Lock(0))
        let handler = Self.refusal(costing: .milliseconds(50), counting: looks)
        try await withServer(budgets: ClientBudgets(clock: { clock.read() }), answering: handler) { server in
            let first = try server.connect(from: 2)
            for _ in 1...2 { #expect(try await first.ask(get("/rubbish")).status == 403) }
            var strangers: [RawClient] = []
            for _ in 1...200 { strangers.append(try server.connect(from: 2)) }
            for stranger in strangers { await stranger.send(get("/rubbish")) }
            try await eventually { server.count("held_back_total") == "200" }
            // In a second a tenth of it has been paid off: two looks more. The others are told that it is too much.
            clock.advance(by: .seconds(1))
            try await eventually { server.count("held_back_total") == "398" }
            #expect(looks.withLock { $0 } == 4)
            for stranger in strangers { await stranger.close() }
        }
    }

    @Test("a connection that is held back is counted once, however often it is looked at")
    func countedOnce() async throws {
        let clock = LedgerClock()
        try await withServer(budgets: ClientBudgets(clock: { clock.read() }), answering: Self.door) { server in
            let stranger = try server.connect(from: 2)
            #expect(try await stranger.ask(get("/rubbish")).status == 403)
            await stranger.send(get("/rubbish"))
            try await eventually { server.count("held_back_total") == "1" }
            let before = clock.reads
            try await eventually { clock.reads > before + 3 }
            #expect(server.count("held_back_total") == "1")
        }
    }

    @Test("what is not refused costs its client nothing, however much of it there is")
    func givenBack() async throws {
        let budgets = ClientBudgets(costOfRefusal: .milliseconds(40), clock: LedgerClock().read)
        try await withServer(budgets: budgets) { server in
            let client = try server.connect(from: 2)
            for _ in 1...10 { #expect(try await client.ask(get()).status == 200) }
            // Connections that say nothing cost nothing either.
            for _ in 1...10 { _ = try server.connect(from: 2) }
            #expect(try await client.ask(get()).status == 200)
            #expect(server.count("held_back_total") == "0")
        }
    }

    @Test("a neighbour that is taken for a proxy does not get round its budget with addresses that it made up")
    func madeUpAddresses() async throws {
        let (clock, looks) = (LedgerClock(), Lock(0))
        let handler = Self.refusal(costing: .milliseconds(100), counting: looks)
        try await withServer(budgets: ClientBudgets(clock: { clock.read() }), answering: handler) { server in
            var neighbours: [RawClient] = []
            for number in 1...60 {
                let neighbour = try server.connect(from: 2)
                await neighbour.send(get("/", "X-Forwarded-For: 203.0.113.\(number)"))
                neighbours.append(neighbour)
            }
            try await eventually { server.count("held_back_total") == "55" }
            // Five clients' worth of credit.
            #expect(looks.withLock { $0 } == 5)
            #expect(try await server.ask(get()).status == 403, "another neighbour is not held back for it")
        }
    }
}
