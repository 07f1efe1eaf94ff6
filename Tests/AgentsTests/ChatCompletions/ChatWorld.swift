import HTTP
import JSON
import Router
import System
import Testing

@testable import Agents

/// A turn through an endpoint that is a server of the test's.
func chat(
    _ turn: Turn = .saying("总结上周的日报"), attendedBy attendant: FakeAttendant = FakeAttendant(),
    at world: ServerWorld, _ change: (inout ChatCompletionsOptions) -> Void = { _ in }
) async throws -> Reply {
    try await ChatCompletionsAgent(options: options(world, change), transport: world.transport)
        .run(turn, attendedBy: attendant)
}

func options(
    _ world: ServerWorld, _ change: (inout ChatCompletionsOptions) -> Void = { _ in }
) -> ChatCompletionsOptions {
    var options = ChatCompletionsOptions(baseURL: "\(world.url)/v1/", model: "hermes-agent")
    options.introduction = nil
    change(&options)
    return options
}

/// The reply to a turn that the endpoint answers with `response`.
func chatReply(
    _ response: HTTPResponse, to turn: Turn = .saying("?"), attendedBy attendant: FakeAttendant = FakeAttendant()
) async throws -> Reply {
    var reply: Reply?
    try await ServerWorld.with(answering: { _ in response }) { world in
        reply = try await chat(turn, attendedBy: attendant, at: world)
    }
    return try #require(reply)
}

/// The failure of a turn that the endpoint answers with `response`.
func chatFailure(
    _ response: HTTPResponse, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout ChatCompletionsOptions) -> Void = { _ in }
) async throws -> AgentFailure? {
    var failure: AgentFailure?
    try await ServerWorld.with(answering: { _ in response }) { world in
        failure = await #expect(throws: AgentFailure.self, sourceLocation: sourceLocation) {
            try await chat(at: world, change)
        }
    }
    return failure
}

/// A stream of these chunks, as they stand on the wire.
func frames(_ chunks: String..., end: String = "\n") -> String {
    chunks.map { "data: \($0)\(end)\(end)" }.joined()
}

/// A chunk that says `text`.
func says(_ text: String) -> String {
    #"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":null}]}"#
}

/// A chunk that ends the answer.
func ends(_ reason: String) -> String { #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"# }

extension HTTPRequest {
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    /// The texts of its messages.
    var messages: [String] { json["messages"]?.array?.compactMap { $0["content"]?.string } ?? [] }
}
