import HTTP
import HTTPClient
import JSON
import Lifecycle
import RouterServer
import RouterTesting
import TestSupport
import Testing
import WeCom

/// `/v1` of a router's management listener, as a program asks it.
struct ProgrammingInterface: Sendable {
    static let token = "not-a-real-token"

    let client: CurlTransport
    let port: Int

    struct Answer: Sendable {
        let status: HTTPStatus
        let headers: HTTPHeaders
        let json: JSONValue

        var id: String { json["id"]?.string ?? "" }
        var state: String { json["state"]?.string ?? "" }
        var reason: String { json["reason"]?.string ?? "" }
        var error: String { json["error"]?.string ?? "" }
        var field: String { json["field"]?.string ?? "" }
    }

    func callAsFunction(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var headers = headers
        if headers["Authorization"] == nil { headers["Authorization"] = "Bearer \(ProgrammingInterface.token)" }
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await raw(method, path, body?.bytes ?? [], headers)
    }

    func raw(_ method: HTTPMethod, _ path: String, _ body: [UInt8], _ headers: HTTPHeaders) async throws -> Answer {
        let response = try await client.send(
            HTTPRequest(method, "http://127.0.0.1:\(port)/v1\(path)", headers: headers, body: body), .init())
        let json = (try? JSONValue(parsing: response.bytes)) ?? .null
        return Answer(status: response.status, headers: response.headers, json: json)
    }

    /// Has something sent, which is to be accepted.
    func post(_ message: JSONValue, headers: HTTPHeaders = [:]) async throws -> Answer {
        let answer = try await self(.post, "/messages", message, headers: headers)
        try #require(answer.status == .accepted, "\(answer.json)")
        return answer
    }

    /// Asks until it is known what became of a message.
    func end(of message: Answer) async throws -> Answer {
        while true {
            let answer = try await self(.get, "/messages/\(message.id)")
            try #require(answer.status == .ok)
            if answer.state != "pending", answer.state != "sending" { return answer }
            await beforeLookingAgain()
        }
    }
}

/// Runs `body` with a router whose `/v1` is on.
func withInterface(
    apps: [String] = ["dept-a"], adjust: (inout Configuration) -> Void = { _ in },
    _ body: (LoopbackWorld, ProgrammingInterface) async throws -> Void
) async throws {
    func open(_ configuration: inout Configuration) {
        configuration.management.token = Secret(ProgrammingInterface.token)
        adjust(&configuration)
    }
    try await withWorld(apps: apps, adjust: open) { world in
        let router = try await world.startRouter()
        let client = CurlTransport()
        try await attempt {
            try await body(world, ProgrammingInterface(client: client, port: router.managementPort))
        } finally: {
            await client.close()
            router.stop()
            try await router.ended()
        }
    }
}

/// A text message to one person.
func text(_ words: String, to user: String = "u1") -> JSONValue {
    ["touser": .string(user), "msgtype": "text", "text": ["content": .string(words)]]
}
