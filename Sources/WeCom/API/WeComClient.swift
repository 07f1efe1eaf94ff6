package import HTTP
import JSON
import System

/// WeCom's API, spoken as one app.
package struct WeComClient: Sendable {
    package let credentials: AppCredentials
    let wire: APIWire
    let tokens: TokenKeeper

    /// `clock` hears of every answer.
    package init(_ credentials: AppCredentials, transport: any HTTPTransport, clock: WeComClock = WeComClock()) {
        let wire = APIWire(credentials: credentials, transport: transport, clock: clock)
        self.credentials = credentials
        self.wire = wire
        tokens = TokenKeeper { () async throws(WeComError) in try await wire.fetchToken() }
    }
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
        return AccessToken(text: Secret(text), lifetime: .seconds(seconds), fetched: asked)
    }
}
