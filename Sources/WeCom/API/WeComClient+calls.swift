import HTTP
import JSON

extension WeComClient {
    /// Posts JSON with the app's token.
    func post(_ path: String, _ body: JSONValue) async throws(WeComError) -> JSONValue {
        let bytes = body.bytes
        return try await withToken { token throws(WeComError) in
            let request = HTTPRequest(
                .post, wire.url(path, [("access_token", token.reveal())]),
                headers: ["Content-Type": "application/json; charset=utf-8"], body: bytes)
            return try await wire.answer(to: request, carrying: token)
        }
    }

    /// Asks with the app's token. `parameters` stand in the URL behind it.
    func get(
        _ path: String, _ parameters: [(name: String, value: String)] = [],
        _ options: HTTPRequestOptions = HTTPRequestOptions()
    ) async throws(WeComError) -> JSONValue {
        try await withToken { token throws(WeComError) in
            let url = wire.url(path, [("access_token", token.reveal())] + parameters)
            return try await wire.answer(to: HTTPRequest(.get, url), carrying: token, options)
        }
    }

    /// Makes a call with the app's token. A token that WeCom refuses is replaced and the call repeated, once.
    func withToken<Answer>(
        _ call: (Secret) async throws(WeComError) -> Answer
    ) async throws(WeComError) -> Answer {
        let token = try await tokens.token()
        do throws(WeComError) {
            return try await call(token.text)
        } catch {
            guard case .refused(let code, _) = error, code.doubtsToken else { throw error }
            await tokens.reject(token)
            return try await call(try await tokens.token().text)
        }
    }
}
