import Crypto
import HTTP
import JSON
import Router
import System
import Testing
import WeCom

@testable import Agents

/// A service that is told of jobs. It answers those whose signature is right, and nobody else.
enum Receiver {
    static let secret = "s3cret-of-ours"

    static func answering(
        by secret: String = secret, _ answer: @escaping @Sendable (JSONValue) async -> HTTPResponse
    ) -> HTTPHandler {
        { request in
            guard isSigned(request, by: secret) else { return .text(.unauthorized, "whose job is this?") }
            return await answer(request.json)
        }
    }

    /// Answers `{"run_id":"r9"}` to what begins, and nothing of interest to what ends.
    static let accepting = answering { _ in .json(.accepted, Array(#"{"run_id":"r9"}"#.utf8)) }

    static func saying(_ text: String) -> HTTPHandler { answering { _ in .json(.ok, Array(text.utf8)) } }

    /// Recomputes the signature and compares it with each that came, in constant time.
    static func isSigned(_ request: HTTPRequest, by secret: String) -> Bool {
        guard let id = request.headers["webhook-id"], let time = request.headers["webhook-timestamp"],
            let seconds = Int64(time), abs(Timestamp.now.seconds - seconds) < 300
        else { return false }
        let expected = hmacSHA256(Array("\(id).\(time).".utf8) + request.body, key: SecretBytes(secret.utf8))
        let signatures = request.headers["webhook-signature"]?.split(separator: " ") ?? []
        return signatures.contains { signature in
            signature.hasPrefix("v1,")
                && constantTimeEquals(Base64.decode(String(signature.dropFirst(3))) ?? [], expected)
        }
    }
}

/// The way back, as the core gives it.
func returnPath(files: [String] = []) -> ReturnPath {
    ReturnPath(url: "https://bridge/agent/v1/jobs/j-42/events", token: "t0ken", files: files)
}

/// A turn through a service that is a server of the test's.
func webhook(
    _ turn: Turn = .saying("生成日报"), attendedBy attendant: FakeAttendant = FakeAttendant(path: returnPath()),
    at world: ServerWorld, _ change: (inout WebhookOptions) -> Void = { _ in }
) async throws -> Reply {
    var options = WebhookOptions(url: "\(world.url)/hook", secret: Secret(Receiver.secret))
    change(&options)
    return try await WebhookAgent(options: options, transport: world.transport).run(turn, attendedBy: attendant)
}

/// The same, with the server made for it.
func webhook(
    _ turn: Turn = .saying("生成日报"), attendedBy attendant: FakeAttendant = FakeAttendant(path: returnPath()),
    answeredBy handler: @escaping HTTPHandler
) async throws -> Reply {
    var reply: Reply?
    try await ServerWorld.with(answering: handler) { world in
        reply = try await webhook(turn, attendedBy: attendant, at: world)
    }
    return try #require(reply)
}

/// The failure of a turn that is answered by `handler`.
func webhookFailure(
    _ turn: Turn = .saying("生成日报"), attendedBy attendant: FakeAttendant = FakeAttendant(path: returnPath()),
    sourceLocation: SourceLocation = #_sourceLocation, answeredBy handler: @escaping HTTPHandler
) async -> AgentFailure? {
    await #expect(throws: AgentFailure.self, sourceLocation: sourceLocation) {
        try await webhook(turn, attendedBy: attendant, answeredBy: handler)
    }
}
