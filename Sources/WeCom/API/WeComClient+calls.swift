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

    /// Makes a call with the app's token. A token that WeCom refuses is replaced and the call repeated, once. If that one is
    /// refused as well it is not the token that is wrong, and nobody fetches a third for as long as a person may need.
    func withToken<Answer>(
        _ call: (Secret) async throws(WeComError) -> Answer
    ) async throws(WeComError) -> Answer {
        let given = try await tokens.use()
        do throws(WeComError) {
            return try await carryOut(call, with: given)
        } catch {
            guard error.doubtsToken else { throw error }
            guard await tokens.reject(given.token, after: error) else { throw .tokenRefused(error) }
        }
        let fresh = try await tokens.use()
        do throws(WeComError) {
            return try await carryOut(call, with: fresh)
        } catch {
            guard error.doubtsToken else { throw error }
            await tokens.reject(fresh.token, after: error)
            throw .tokenRefused(error)
        }
    }

    private func carryOut<Answer>(
        _ call: (Secret) async throws(WeComError) -> Answer, with given: GivenToken
    ) async throws(WeComError) -> Answer {
        do throws(WeComError) {
            let answer = try await call(given.token.text)
            if given.isOnTrial { await tokens.accept(given.token) } else { tokens.note(nil) }
            return answer
        } catch {
            // Whatever else WeCom refuses, it has taken the token.
            if given.isOnTrial, case .refused = error, !error.doubtsToken { await tokens.accept(given.token) }
            // What stands before WeCom's API lets nobody through: as bad as a secret that is refused.
            if case .unreadable(.forbidden, _) = error { tokens.note(error) }
            throw error
        }
    }
}
