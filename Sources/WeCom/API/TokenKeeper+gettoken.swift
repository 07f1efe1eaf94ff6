package import HTTP
import JSON
import System

extension TokenKeeper {
    /// Keeps the token of the app that has these credentials, fetched by `gettoken`, or taken from those that `sharing` has in
    /// common with others. `clock` hears of every answer.
    package init(
        of credentials: AppCredentials, over transport: any HTTPTransport, clock: WeComClock = WeComClock(),
        sharing: (any TokenSharing)? = nil
    ) {
        let wire = APIWire(credentials: credentials, transport: transport, clock: clock)
        self.init { () async throws(WeComError) in
            guard let sharing else { return try await wire.fetchToken() }
            return try await sharing.token { () async throws(WeComError) in try await wire.fetchToken() }
        }
    }
}

/// Tokens of one app that several processes have in common.
package protocol TokenSharing: Sendable {
    /// A token that nobody here has had yet: another's, or the one that `fetch` brings.
    func token(
        fetching fetch: @Sendable () async throws(WeComError) -> AccessToken
    ) async throws(WeComError) -> AccessToken
}

extension APIWire {
    fileprivate func fetchToken() async throws(WeComError) -> AccessToken {
        let request = HTTPRequest(
            .get,
            url(
                "/cgi-bin/gettoken",
                [("corpid", credentials.corpID.text), ("corpsecret", credentials.secret.reveal())]))
        let asked = MonotonicTime.now
        let json = try await answer(to: request, carrying: credentials.secret)
        guard let text = json["access_token"]?.string, !text.isEmpty, text.utf8.count <= 4096 else {
            throw .unreadable(status: .ok, reason: "gettoken answered without a token")
        }
        let seconds = min(max(json["expires_in"]?.integer ?? 7200, 1), 86_400)
        return AccessToken(
            text: Secret(text), lifetime: .seconds(seconds), fetched: asked, buffer: credentials.tokenBuffer)
    }
}
