package import HTTP

/// WeCom's API, spoken as one app.
package struct WeComClient: Sendable {
    package let credentials: AppCredentials
    let wire: APIWire
    let tokens: TokenKeeper

    /// `tokens` keeps the app's token, for others that speak as the same app too; `clock` hears of every answer.
    package init(
        _ credentials: AppCredentials, tokens: TokenKeeper, transport: any HTTPTransport,
        clock: WeComClock = WeComClock()
    ) {
        self.credentials = credentials
        self.tokens = tokens
        wire = APIWire(credentials: credentials, transport: transport, clock: clock)
    }

    /// A client with a token that it shares with nobody.
    package init(_ credentials: AppCredentials, transport: any HTTPTransport, clock: WeComClock = WeComClock()) {
        self.init(
            credentials, tokens: TokenKeeper(of: credentials, over: transport, clock: clock), transport: transport,
            clock: clock)
    }

    /// The last verdict of WeCom on the app's credentials.
    package var standing: Standing { tokens.standing }

    /// Has a token fetched if there is none that is good, so that the standing is known.
    package func askForToken() async { _ = try? await tokens.token() }
}
