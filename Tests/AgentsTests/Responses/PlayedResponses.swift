import HTTP
import JSON
import Lifecycle
import Router
import System
import Text

@testable import Agents

/// A server of Responses, played: it makes each response in the background from a script of events, and keeps it.
final class PlayedResponses: Sendable {
    struct Script: Sendable {
        /// The events of each response, without their numbers.
        var events: [JSONValue] = PlayedResponses.answer("你好")
        /// A stream that begins a response breaks off behind so many events; nil for none.
        var breaksAfter: Int?
        /// A stream that watches one breaks off behind so many.
        var watchBreaksAfter: Int?
        var isWatchable = true
        /// It forgets responses at once.
        var forgets = false
        var refusesBackground = false
        var hasConversations = true
        /// Looks that find it unfinished before it is found done.
        var unfinishedLooks = 0
        /// Holds the rest back until it is reached.
        var gate: Signpost?
    }

    private struct State {
        var script: Script
        var started: [JSONValue] = []
        var cancelled: [String] = []
        var looks = 0
    }

    private let state: Lock<State>

    init(_ change: (inout Script) -> Void = { _ in }) {
        var script = Script()
        change(&script)
        state = Lock(State(script: script))
    }

    /// The bodies of the requests that began a response.
    var started: [JSONValue] { state.withLock { $0.started } }
    var cancelled: [String] { state.withLock { $0.cancelled } }

    func change(_ change: (inout Script) -> Void) { state.withLock { change(&$0.script) } }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let words = request.path.split(separator: "/").map(String.init)
        switch (request.method, words.count) {
        case (.post, 2) where words[1] == "conversations":
            guard state.withLock({ $0.script.hasConversations }) else { return .text(.notFound, "no such path") }
            return .json(.ok, Array(#"{"id":"conv_1"}"#.utf8))
        case (.post, 2): return begin(request)
        case (.post, 4):
            state.withLock { $0.cancelled.append(words[2]) }
            return .json(.ok, PlayedResponses.cancelled(words[2]).bytes)
        default: return look(at: words.last ?? "", request)
        }
    }

    private func begin(_ request: HTTPRequest) -> HTTPResponse {
        let body = (try? JSONValue(parsing: request.body)) ?? .null
        let script = state.withLock { $0.script }
        if script.refusesBackground, body["background"] == true {
            return .json(
                .badRequest,
                Array(#"{"error":{"message":"Unknown parameter: 'background'","type":"invalid_request_error"}}"#.utf8))
        }
        if body["previous_response_id"]?.string == "resp_gone" {
            return .json(
                .badRequest,
                Array(#"{"error":{"message":"Previous response not found","code":"previous_response_not_found"}}"#.utf8)
            )
        }
        let number = state.withLock { state in
            state.started.append(body)
            return state.started.count
        }
        return stream(script.numbered("resp_\(number)"), from: 0, breakingAfter: script.breaksAfter, script.gate)
    }

    private func look(at id: String, _ request: HTTPRequest) -> HTTPResponse {
        let (script, looks) = state.withLock { state in
            state.looks += 1
            return (state.script, state.looks)
        }
        if script.forgets { return .json(.notFound, Array(#"{"error":{"message":"No response with that id"}}"#.utf8)) }
        let events = script.numbered(id)
        if request.query["stream"] == "true" {
            guard script.isWatchable else {
                return .json(.badRequest, Array(#"{"error":{"message":"this response cannot be streamed"}}"#.utf8))
            }
            let from = request.query["starting_after"].flatMap { Int($0) }.map { $0 + 1 } ?? 0
            return stream(events, from: from, breakingAfter: script.watchBreaksAfter, script.gate)
        }
        let isDone = looks > script.unfinishedLooks
        let whole = isDone ? events.last?["response"] ?? .null : ["id": .string(id), "status": "in_progress"]
        return .json(.ok, whole.bytes)
    }

    private func stream(
        _ events: [JSONValue], from first: Int, breakingAfter count: Int?, _ gate: Signpost?
    ) -> HTTPResponse {
        HTTPResponse(
            .ok, headers: ["Content-Type": "text/event-stream"],
            body: .streamed { writer in
                for (place, event) in events.dropFirst(first).enumerated() {
                    if let count, place == count { throw CancellationError() }
                    if place > 0, let gate { await gate.wait() }
                    try await writer.write(
                        Array("event: \(event["type"]?.string ?? "")\ndata: \(event.text)\n\n".utf8))
                }
            })
    }

    private static func cancelled(_ id: String) -> JSONValue { ["id": .string(id), "status": "cancelled"] }

    /// The events of an answer that says `text` in two pieces.
    static func answer(_ text: String, status: String = "completed") -> [JSONValue] {
        let half = text.index(text.startIndex, offsetBy: text.count / 2)
        return [
            ["type": "response.created", "response": ["status": "queued"]],
            ["type": "response.in_progress", "response": ["status": "in_progress"]],
            delta(String(text[..<half])), delta(String(text[half...])), end(text, status: status),
        ]
    }

    static func delta(_ text: String) -> JSONValue {
        ["type": "response.output_text.delta", "item_id": "msg_1", "delta": .string(text)]
    }

    static func end(_ text: String, status: String = "completed") -> JSONValue {
        let type = "response.\(status)"
        return [
            "type": .string(type),
            "response": [
                "status": .string(status),
                "output": [
                    ["type": "reasoning", "id": "rs_1"],
                    [
                        "type": "message", "role": "assistant",
                        "content": [["type": "output_text", "text": .string(text)]],
                    ],
                ],
                "usage": [
                    "input_tokens": 40, "output_tokens": 3, "input_tokens_details": ["cached_tokens": 8],
                ],
            ],
        ]
    }
}

extension PlayedResponses.Script {
    /// The events as a server sends them for the response of that id.
    fileprivate func numbered(_ id: String) -> [JSONValue] {
        events.enumerated().map { number, event in
            guard case .object(var members) = event else { return event }
            members = members.map { member in
                guard member.name == "response", case .object(let inner) = member.value else { return member }
                return .init("response", .object([.init("id", .string(id))] + inner))
            }
            return .object(members + [.init("sequence_number", .integer(Int64(number)))])
        }
    }
}

/// Runs a turn through an agent whose server is played.
func respond(
    _ turn: Turn = .saying("生成周报"), by played: PlayedResponses, attendedBy attendant: FakeAttendant = FakeAttendant(),
    _ change: (inout ResponsesOptions) -> Void = { _ in }
) async throws -> Reply {
    var reply: Reply?
    try await ServerWorld.with(answering: { played.answer($0) }) { world in
        reply = try await responsesAgent(at: world, change).run(turn, attendedBy: attendant)
    }
    guard let reply else { throw CancellationError() }
    return reply
}

func responsesAgent(at world: ServerWorld, _ change: (inout ResponsesOptions) -> Void = { _ in }) -> ResponsesAgent {
    var options = ResponsesOptions(baseURL: "\(world.url)/v1", model: "agent")
    options.introduction = nil
    change(&options)
    var agent = ResponsesAgent(options: options, transport: world.transport)
    agent.server.looks = Backoff(first: .milliseconds(1), longest: .milliseconds(2))
    return agent
}
