import HTTP
import HTTPClient
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite("endpoints that do not answer", .timeLimit(.minutes(1)))
struct ChatRefusalTests {
    @Test("a gateway that gives the agent up at once did not reach it; one that has waited may have")
    func gateway() {
        for code in [502, 504] {
            #expect(AgentFailure.Class(HTTPStatus(code), after: .seconds(1)) == .away)
            #expect(AgentFailure.Class(HTTPStatus(code), after: .seconds(60)) == .transient)
        }
    }

    @Test(
        "the status says what is to be done",
        arguments: [
            (400, AgentFailure.Class.config), (422, .config), (404, .config), (402, .config), (302, .config),
            (401, .auth), (403, .auth), (408, .transient), (409, .transient), (425, .transient), (500, .transient),
            (502, .away), (503, .away), (504, .away), (413, .input), (429, .rate),
        ])
    func statuses(code: Int, kind: AgentFailure.Class) async throws {
        let failure = try await chatFailure(.text(HTTPStatus(code), "no"))
        #expect(failure?.kind == kind)
        #expect(failure?.reason.hasSuffix(": no") == true)
        #expect(failure?.retryAfter == nil)
    }

    @Test(
        "the reason is found in every shape of body",
        arguments: [
            #"{"error":{"message":"no such model","type":"x","param":null,"code":"400"}}"#,
            #"{"error":"no such model"}"#,
            #"{"detail":"no such model"}"#, #"{"detail":[{"loc":["body"],"msg":"no such model"}]}"#,
            #"{"message":"no such model"}"#, "no such\n model\n",
            "data: {\"error\": {\"message\": \"no such model\"}}\n\ndata: [DONE]\n\n",
        ])
    func bodies(body: String) async throws {
        let failure = try await chatFailure(.text(.badRequest, body))
        #expect(failure == AgentFailure(.config, "the endpoint answers 400 Bad Request: no such model"))
    }

    @Test("words say more than an honest 400")
    func words() async throws {
        // OpenAI's own servers give all of them this type.
        func kind(_ word: String) async throws -> AgentFailure.Class? {
            let body = #"{"error":{"message":"m","type":"invalid_request_error","param":null,"code":"\#(word)"}}"#
            return try await chatFailure(.text(.badRequest, body))?.kind
        }
        #expect(try await kind("invalid_api_key") == .auth)
        #expect(try await kind("content_filter") == .refused)
        #expect(try await kind("context_length_exceeded") == .input)
        #expect(try await kind("model_not_found") == .config)
    }

    @Test("litellm's failed start of a stream may be tried again")
    func failedStart() async throws {
        let body =
            #"data: {"error": {"message": "Error processing stream start", "type": "internal_server_error", "#
            + #""param": null, "code": "500"}}"# + "\n\ndata: [DONE]\n\n"
        let failure = try await chatFailure(.events(body, status: HTTPStatus(500)))
        #expect(
            failure
                == AgentFailure(
                    .transient, "the endpoint answers 500 Internal Server Error: Error processing stream start"))
    }

    @Test("an endpoint that says when to come back is left alone until then", arguments: [429, 503])
    func retryAfter(code: Int) async throws {
        var response = HTTPResponse.text(HTTPStatus(code), "later")
        response.headers["Retry-After"] = "17"
        let failure = try await chatFailure(response)
        #expect(failure?.kind == .rate)
        #expect(failure?.retryAfter == .seconds(17))
        response.headers["Retry-After"] = Timestamp.now.advanced(by: .seconds(600)).httpDate
        let dated = try #require(try await chatFailure(response)?.retryAfter)
        #expect(dated > .seconds(500) && dated <= .seconds(600))
    }

    @Test("what is no chat completion is no answer")
    func noCompletion() async throws {
        let page = HTTPResponse(
            .ok, headers: ["Content-Type": "text/html"], body: .whole(Array("<html>Welcome</html>".utf8)))
        #expect(try await chatFailure(page)?.kind == .config)
        #expect(try await chatFailure(.json(.ok, Array(#"{"hello":1}"#.utf8)))?.kind == .config)
        #expect(try await chatFailure(.json(.ok, Array(#"{"error":{"code":429}}"#.utf8)))?.kind == .rate)
        // Whoever says so in an answer was reached.
        #expect(try await chatFailure(.json(.ok, Array(#"{"error":{"code":502}}"#.utf8)))?.kind == .transient)
    }

    @Test("an agent to which there is no connection is away")
    func nobody() async throws {
        let transport = CurlTransport()
        // Port 9 is discard's, which nobody runs.
        let agent = ChatCompletionsAgent(
            options: .init(baseURL: "http://127.0.0.1:9/v1", model: "m"), transport: transport)
        let failure = await #expect(throws: AgentFailure.self) {
            try await agent.run(.saying("?"), attendedBy: FakeAttendant())
        }
        #expect(failure?.kind == .away)
        await transport.close()
    }

    @Test("secrets that the endpoint repeats are not told on, and a long complaint is cut")
    func secrets() async throws {
        let text = "bad key sk-12345678 and hdr-87654321: " + String(repeating: "x", count: 5000)
        let failure = try await chatFailure(.text(.unauthorized, text)) { options in
            options.access.key = Secret("sk-12345678")
            options.access.headers = ["X-Other": Secret("Token hdr-87654321")]
        }
        let reason = try #require(failure?.reason)
        #expect(reason.contains("bad key <secret> and <secret>:"))
        #expect(reason.count <= 500)
    }

    @Test("a secret that stands where the complaint is cut shows no part of itself", arguments: [480, 490, 1985, 1995])
    func secretAtCut(offset: Int) async throws {
        let text =
            String(repeating: "x ", count: offset / 2) + "sk-1234567890abcdef" + String(repeating: " y", count: 5000)
        for body in [text, "{\"error\":{\"message\":\"\(text)\"}}"] {
            let failure = try await chatFailure(.text(.unauthorized, body)) {
                $0.access.key = Secret("sk-1234567890abcdef")
            }
            let reason = try #require(failure?.reason)
            #expect(!reason.contains("sk-") && reason.count <= 500)
        }
    }
}
