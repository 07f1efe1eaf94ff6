import HTTP
import JSON
import Lifecycle
import Router
import System
import Testing

@testable import Agents

@Suite("how answers end", .timeLimit(.minutes(1)))
struct ChatEndTests {
    private func reply(
        _ reason: String, saying text: String = "ab", in language: ChatTexts.Language = .chinese
    ) async throws -> Reply {
        var turn = Turn.saying("?")
        turn.language = language
        return try await chatReply(.events(frames(says(text), ends(reason), "[DONE]")), to: turn)
    }

    @Test("an answer that has reached its limit says so in the app's language, and remembers only what was said")
    func length() async throws {
        let reply = try await reply("length")
        #expect(reply.text == "ab\n\n（回答已达到长度上限，到此为止。）")
        #expect(reply.session?["messages"]?.array?.last?["content"] == "ab")
        let english = try await self.reply("length", in: .english)
        #expect(english.text.hasSuffix("(The answer has reached its limit of length and ends here.)"))
    }

    @Test("reasons that nobody knows, and a filter that came late, end an answer as usual")
    func otherReasons() async throws {
        for reason in ["stop", "end_turn", "eos", "content_filter"] {
            #expect(try await reply(reason).text == "ab")
        }
    }

    @Test(
        "what ends without an answer fails by what is to be done about it",
        arguments: [
            ("content_filter", "", AgentFailure.Class.refused), ("tool_calls", "", .config),
            ("tool_calls", "ab", .config),
            ("function_call", "", .config), ("length", "", .config), ("error", "", .transient),
            ("error", "ab", .interrupted),
        ])
    func failures(reason: String, text: String, kind: AgentFailure.Class) async throws {
        let failure = try await chatFailure(.events(frames(says(text), ends(reason), "[DONE]")))
        #expect(failure?.kind == kind)
        #expect(failure?.partialText == text)
    }

    @Test("a refusal is told in the model's words")
    func refusal() async throws {
        let refusal = #"{"choices":[{"delta":{"refusal":"I cannot\nhelp"}}]}"#
        let failure = try await chatFailure(.events(frames(refusal, refusal, ends("stop"), "[DONE]")))
        #expect(failure?.kind == .refused)
        #expect(failure?.reason == "I cannot helpI cannot help")
    }

    @Test(
        "an error fails the turn at any point, whatever follows",
        arguments: [
            (#"{"error":{"message":"boom","type":"server_error","code":null}}"#, AgentFailure.Class.transient),
            (#"{"error":{"message":"boom","code":"500"}}"#, .transient), (#"{"error":"boom"}"#, .transient),
            (#"{"error":{"message":"boom","code":429}}"#, .rate),
            (#"{"error":{"message":"boom","type":"invalid_request_error"}}"#, .config),
            (#"{"error":{"message":"boom","code":"401"}}"#, .auth),
            (#"{"error":{"message":"boom","code":"content_filter"}}"#, .refused),
            (#"{"error":{"message":"boom"},"choices":[{"delta":{},"finish_reason":"error"}]}"#, .transient),
            (#"{"object":"error","message":"boom","code":400}"#, .config),
        ])
    func errorFrames(frame: String, kind: AgentFailure.Class) async throws {
        let first = try await chatFailure(.events(frames(frame, says("ab"), ends("stop"), "[DONE]")))
        #expect(first?.kind == kind)
        #expect(first?.reason == "the endpoint gave up: boom")
        let later = try await chatFailure(.events(frames(says("ab"), ends("stop"), frame, "[DONE]")))
        #expect(later?.kind == (kind == .transient ? .interrupted : kind))
        #expect(later?.partialText == "ab")
    }

    @Test("an event that is called an error is one; an error that says nothing is none")
    func namedError() async throws {
        let failure = try await chatFailure(.events("event: error\ndata: {\"message\":\"boom\"}\n\n"))
        #expect(failure?.reason == "the endpoint gave up: boom")
        let stream = frames(#"{"error":null,"choices":[{"delta":{"content":"a"}}]}"#, #"{"error":{}}"#, "[DONE]")
        #expect(try await chatReply(.events(stream)).text == "a")
    }

    @Test("a connection that breaks in the middle leaves what was said; one that breaks behind the end breaks nothing")
    func broken() async throws {
        struct Broken: Error {}
        func breaking(after stream: String) -> HTTPResponse {
            HTTPResponse(
                .ok, headers: ["Content-Type": "text/event-stream"],
                body: .streamed { writer in
                    try await writer.write(Array(stream.utf8))
                    throw Broken()
                })
        }
        let failure = try await chatFailure(breaking(after: frames(says("ab"))))
        #expect(failure?.kind == .interrupted)
        #expect(failure?.partialText == "ab")
        #expect(try await chatReply(breaking(after: frames(says("ab"), ends("stop")))).text == "ab")
    }

    @Test("when the turn is cancelled, the server sees the connection close", arguments: [true, false])
    func cancelled(inTheMiddle: Bool) async throws {
        let (begun, cancelled, closed) = (Signpost(), Signpost(), Signpost())
        let answer: HTTPResponse.Body = .streamed { writer in
            if inTheMiddle { try await writer.write(Array(frames(says("ab")).utf8)) }
            begun.reach()
            await cancelled.wait()
            defer { closed.reach() }
            // A closed connection is seen by who writes to it; one that nobody reads would take no end of it.
            while true { try await writer.write(Array(": keepalive\n\n".utf8)) }
        }
        try await ServerWorld.with(answering: { _ in
            HTTPResponse(.ok, headers: ["Content-Type": "text/event-stream"], body: answer)
        }) { world in
            let attendant = FakeAttendant()
            let turn = Task { try await chat(attendedBy: attendant, at: world) }
            await begun.wait()
            if inTheMiddle { await attendant.event { $0 == .text("ab") } }
            turn.cancel()
            await #expect(throws: CancellationError.self) { try await turn.value }
            cancelled.reach()
            await closed.wait()
        }
    }
}
