import HTTP
import HTTPServer
import System
import Testing

@Suite(.timeLimit(.minutes(1))) struct HeldBackTests {
    /// Refuses, and says that it took long; answers what is genuine.
    @Sendable private static func door(_ request: HTTPRequest) async -> HTTPResponse {
        var response = HTTPResponse.text(request.path == "/genuine" ? .ok : .forbidden, "done")
        response.proof = request.path == "/genuine" ? .given : .failed(after: .milliseconds(500))
        return response
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
}
