import HTTP
import System

/// Answers requests as the test says, and remembers them.
final class FakeTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse

    private let answer: Answer
    private let seen = Lock<[HTTPRequest]>([])

    init(_ answer: @escaping Answer) { self.answer = answer }

    var requests: [HTTPRequest] { seen.withLock { $0 } }
    var sends: [HTTPRequest] { requests.filter { $0.path.hasSuffix("/message/send") } }
    var tokenRequests: [HTTPRequest] { requests.filter { $0.path.hasSuffix("/gettoken") } }

    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse {
        seen.withLock { $0.append(request) }
        return try await answer(request)
    }

    func stream(
        _ request: HTTPRequest,
        _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        throw .notSent("nobody streams here")
    }
}

extension FakeTransport {
    /// Gives out `token-1`, `token-2`, … and answers each send with the next of `answers`, then with success.
    static func wecom(sends answers: [Result<String, HTTPTransportError>]) -> FakeTransport {
        let state = Lock((tokens: 0, answers: answers))
        return FakeTransport { request throws(HTTPTransportError) in
            if request.path.hasSuffix("/gettoken") {
                let number = state.withLock { state in
                    state.tokens += 1
                    return state.tokens
                }
                return json(#"{"errcode":0,"access_token":"token-\#(number)","expires_in":7200}"#)
            }
            let next = state.withLock { $0.answers.isEmpty ? .success(taken) : $0.answers.removeFirst() }
            return json(try next.get())
        }
    }
}

let taken = #"{"errcode":0,"errmsg":"ok","msgid":"m1"}"#

func json(_ text: String) -> HTTPResponse { .json(.ok, Array(text.utf8)) }
