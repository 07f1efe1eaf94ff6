import HTTP
import JSON
import Router
import Testing

@testable import Agents

@Suite("answers that stream", .timeLimit(.minutes(1)))
struct ChatStreamTests {
    private let example = """
        data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        : keepalive

        data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"上周共"},"finish_reason":null}]}

        data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"完成 5 项。"},"finish_reason":null}]}

        data: {"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"id":"c1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":21,"completion_tokens":9,"total_tokens":30}}

        data: [DONE]


        """

    private let litellm = """
        data: {"id":"chatcmpl-e90f","object":"chat.completion.chunk","created":1795166185,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"上周共"}}]}

        data: {"id":"chatcmpl-e90f","object":"chat.completion.chunk","created":1795166185,"model":"m","choices":[{"index":0,"delta":{"content":"完成 "}}]}

        data: {"id":"chatcmpl-e90f","object":"chat.completion.chunk","created":1795166185,"model":"m","choices":[{"index":0,"delta":{"content":"5 项"}}]}

        data: {"id":"chatcmpl-e90f","object":"chat.completion.chunk","created":1795166185,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

        data: {"id":"chatcmpl-e90f","created":1795166185,"model":"m","object":"chat.completion.chunk","choices":[{"index":0,"delta":{}}],"usage":{"completion_tokens":17,"prompt_tokens":8,"total_tokens":25,"completion_tokens_details":{"reasoning_tokens":0,"text_tokens":17},"cost":0.00019}}

        data: [DONE]


        """

    private func reply(to stream: String, _ attendant: FakeAttendant = FakeAttendant()) async throws -> Reply {
        try await chatReply(.events(stream), attendedBy: attendant)
    }

    @Test("the pieces become one text, each is heard as it comes, and the usage is kept")
    func example() async throws {
        let attendant = FakeAttendant()
        let reply = try await reply(to: example, attendant)
        #expect(reply.text == "上周共完成 5 项。")
        #expect(reply.usage == Usage(input: 21, output: 9))
        #expect(attendant.events == [.text("上周共"), .text("完成 5 项。")])
    }

    @Test("litellm's stream is read to its usage, whose chunk has a choice", arguments: [1, 2, 7, 64, Int.max])
    func recorded(size: Int) async throws {
        let reply = try await chatReply(.events(litellm, by: size))
        #expect(reply.text == "上周共完成 5 项")
        #expect(reply.usage == Usage(input: 8, output: 17))
    }

    @Test("wherever the stream is cut in pieces, the answer is the same", arguments: ["\n", "\r\n", "\r"])
    func anySplit(end: String) async throws {
        let bytes = Array(litellm.replacing("\n", with: end).utf8)
        func text(_ pieces: [[UInt8]]) async throws -> String {
            let transport = ScriptedTransport(headers: ["Content-Type": "text/event-stream"], pieces: pieces)
            let agent = ChatCompletionsAgent(options: .init(baseURL: "http://h", model: "m"), transport: transport)
            return try await agent.run(.saying("?"), attendedBy: FakeAttendant()).text
        }
        for place in bytes.indices {
            #expect(try await text([Array(bytes[..<place]), Array(bytes[place...])]) == "上周共完成 5 项")
        }
        #expect(try await text(bytes.map { [$0] }) == "上周共完成 5 项")
    }

    @Test("comments, unknown fields, noise and foreign events are passed over, and a tool's progress is told")
    func foreign() async throws {
        let attendant = FakeAttendant()
        let stream =
            ": hello\r\n\r\n" + frames(says("a"), "not JSON", "[1]", #""text""#, "{}", end: "\r\n")
            + "event: hermes.tool.progress\r\n"
            + "data: {\"tool\":\"terminal\",\"label\":\"ls -la\",\"status\":\"running\"}\r\n\r\n"
            + "event: hermes.tool.progress\r\n"
            + "data: {\"tool\":\"terminal\",\"label\":\"ls -la\",\"status\":\"completed\"}\r\n\r\n"
            + "event: other\r\ndata: \(says("never"))\r\n\r\nid: 7\r\nretry: 5\r\n\r\n"
            + frames(
                #"{"choices":[{"index":1,"delta":{"content":"other choice"}}]}"#,
                #"{"choices":[{"delta":{"content":"b","obfuscation":"x"}}],"service_tier":"y","usage":null}"#,
                ends("stop"), "[DONE]", end: "\r\n")
        let reply = try await reply(to: stream, attendant)
        #expect(reply.text == "ab")
        #expect(reply.usage == nil)
        #expect(attendant.events == [.text("a"), .progress("ls -la"), .text("b")])
    }

    @Test("thinking is heard and is no part of the answer", arguments: ["reasoning_content", "reasoning"])
    func thinking(field: String) async throws {
        let attendant = FakeAttendant()
        let thought = #"{"choices":[{"index":0,"delta":{"content":null,"\#(field)":"hm"}}]}"#
        #expect(try await reply(to: frames(thought, says("a"), ends("stop"), "[DONE]"), attendant).text == "a")
        #expect(attendant.events == [.thinking("hm"), .text("a")])
    }

    @Test("the last usage counts, in whichever chunk it stands, and null is none")
    func usage() async throws {
        let stream = frames(
            #"{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#,
            #"{"choices":[{"delta":{},"finish_reason":"stop"}],"#
                + #""usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}"#,
            #"{"choices":[],"usage":null}"#, "[DONE]")
        #expect(try await reply(to: stream).usage == Usage(input: 5, output: 2, cached: 4))
    }

    @Test(
        "an answer is whole when its end was said: by finish_reason, by [DONE], or by both",
        arguments: [frames(says("a"), ends("stop")), frames(says("a"), "[DONE]"), "data: \(says("a"))\n\ndata: [DONE]"])
    func end(stream: String) async throws {
        #expect(try await reply(to: stream).text == "a")
    }

    @Test("nothing behind [DONE] counts, and the connection need not end")
    func done() async throws {
        let stream = frames(says("a"), "[DONE]", says("b"))
        let hanging: HTTPResponse.Body = .streamed { writer in
            try await writer.write(Array(stream.utf8))
            await untilCancelled()
        }
        let response = HTTPResponse(.ok, headers: ["Content-Type": "text/event-stream"], body: hanging)
        #expect(try await chatReply(response).text == "a")
    }

    @Test("a stream that ends without having said so is broken off, with what was said until then")
    func brokenOff() async throws {
        let failure = try await chatFailure(.events(frames(says("ab"), says("cd"))))
        #expect(failure?.kind == .interrupted)
        #expect(failure?.partialText == "abcd")
    }

    @Test("a server that ignores stream:true is understood", arguments: [#""上周"#, #"[{"type":"text","text":"上周"}"#])
    func whole(content: String) async throws {
        let attendant = FakeAttendant()
        let end = content.hasPrefix("[") ? "]" : "\""
        let body =
            #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"#
            + content + end + #"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#
        let reply = try await chatReply(.json(.ok, Array(body.utf8)), attendedBy: attendant)
        #expect(reply.text == "上周")
        #expect(reply.usage == Usage(input: 3, output: 4))
        #expect(attendant.text == "上周")
    }

    @Test("more text than anybody reads is cut, and says so")
    func tooLong() throws {
        var answer = ChatAnswer(longest: 10)
        for _ in 0..<5 {
            _ = try answer.take(ServerSentEvent(type: "message", data: says("abcd"), lastID: ""))
        }
        _ = try answer.take(ServerSentEvent(type: "message", data: "[DONE]", lastID: ""))
        #expect(try answer.finished(in: .english).hasPrefix("abcdabcd\n\n("))
    }
}
