import HTTP
import JSON
import Lifecycle
import Router
import System

@testable import Agents

/// A Hermes server, played: it begins a run once for each key, and forgets none unless told to.
final class PlayedHermes: Sendable {
    struct Script: Sendable {
        var events: [JSONValue] = [
            ["event": "tool.started", "tool": "terminal", "preview": "ls"],
            ["event": "message.delta", "delta": "已整理"], PlayedHermes.completed,
        ]
        /// A stream breaks off behind so many events.
        var breaksAfter: Int?
        var hasEvents = true
        var forgets = false
        /// The answers that it holds its end back for.
        var awaits = 0
        /// Looks that find it running before it is found done.
        var runningLooks = 0
        var gate: Signpost?
    }

    static let completed: JSONValue = [
        "event": "run.completed", "output": "已整理 34 篇。", "usage": ["input_tokens": 900, "output_tokens": 80],
    ]

    private struct State {
        var script: Script
        var bodies: [[UInt8]] = []
        var keys: [String] = []
        var approvals: [JSONValue] = []
        var stopped = 0
        var looks = 0
        var answered = Signpost()
    }

    private let state: Lock<State>

    init(_ change: (inout Script) -> Void = { _ in }) {
        var script = Script()
        change(&script)
        state = Lock(State(script: script))
    }

    var bodies: [JSONValue] { state.withLock { $0.bodies.map { (try? JSONValue(parsing: $0)) ?? .null } } }
    var keys: [String] { state.withLock { $0.keys } }
    var approvals: [JSONValue] { state.withLock { $0.approvals } }
    var stopped: Int { state.withLock { $0.stopped } }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let words = request.path.split(separator: "/").map(String.init)
        switch words.last {
        case "runs": return begin(request)
        case "capabilities": return .json(.ok, Array(#"{"features":{"run_stop":true}}"#.utf8))
        case "stop":
            state.withLock { $0.stopped += 1 }
            return .json(.ok, Array(#"{"status":"stopping"}"#.utf8))
        case "approval":
            let isEnough = state.withLock { state in
                state.approvals.append((try? JSONValue(parsing: request.body)) ?? .null)
                return state.approvals.count >= state.script.awaits
            }
            if isEnough { state.withLock { $0.answered }.reach() }
            return .json(.ok, Array(#"{"resolved":1}"#.utf8))
        case "events": return events()
        default: return look()
        }
    }

    private func begin(_ request: HTTPRequest) -> HTTPResponse {
        let key = request.headers["Idempotency-Key"] ?? ""
        return state.withLock { state in
            if let place = state.keys.firstIndex(of: key), state.bodies[place] != request.body {
                return .json(.conflict, Array(#"{"error":{"code":"idempotency_key_conflict"}}"#.utf8))
            }
            state.keys.append(key)
            state.bodies.append(request.body)
            return .json(HTTPStatus(202), Array(#"{"run_id":"run_a1","status":"started"}"#.utf8))
        }
    }

    private func events() -> HTTPResponse {
        let (script, answered) = state.withLock { ($0.script, $0.answered) }
        guard script.hasEvents else { return .json(.notFound, Array(#"{"error":{"code":"run_not_found"}}"#.utf8)) }
        return HTTPResponse(
            .ok, headers: ["Content-Type": "text/event-stream"],
            body: .streamed { writer in
                try await writer.write(Array(": keepalive\n\n".utf8))
                for (place, event) in script.events.enumerated() {
                    if place == script.breaksAfter { throw CancellationError() }
                    if let gate = script.gate { await gate.wait() }
                    if event == PlayedHermes.completed, script.awaits > 0 { await answered.wait() }
                    try await writer.write(Array("data: \(event.text)\n\n".utf8))
                }
            })
    }

    private func look() -> HTTPResponse {
        let (script, looks) = state.withLock { state in
            state.looks += 1
            return (state.script, state.looks)
        }
        if script.forgets { return .json(.notFound, Array(#"{"error":{"code":"run_not_found"}}"#.utf8)) }
        guard looks > script.runningLooks else { return .json(.ok, Array(#"{"status":"running"}"#.utf8)) }
        return .json(.ok, Array(#"{"status":"completed","output":"已整理 34 篇。"}"#.utf8))
    }
}

/// Runs a turn through an agent whose server is played.
func hermesReply(
    to turn: Turn = .saying("整理知识库"), by played: PlayedHermes, attendedBy attendant: FakeAttendant = FakeAttendant(),
    _ change: (inout HermesOptions) -> Void = { _ in }
) async throws -> Reply {
    var reply: Reply?
    try await ServerWorld.with(answering: { await played.answer($0) }) { world in
        reply = try await hermesAgent(at: world, change).run(turn, attendedBy: attendant)
    }
    guard let reply else { throw CancellationError() }
    return reply
}

func hermesAgent(at world: ServerWorld, _ change: (inout HermesOptions) -> Void = { _ in }) -> HermesAgent {
    var options = HermesOptions(baseURL: "\(world.url)/v1")
    options.introduction = nil
    change(&options)
    var agent = HermesAgent(options: options, transport: world.transport)
    agent.server.looks = Backoff(first: .milliseconds(1), longest: .milliseconds(2))
    return agent
}
