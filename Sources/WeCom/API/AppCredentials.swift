/// The values with which to speak to WeCom as one app.
package struct AppCredentials: Sendable, Equatable {
    package let corpID: CorpID
    package let agentID: AgentID
    package let secret: Secret
    /// Scheme, host and perhaps a path, without a slash at the end: WeCom itself, a relay, a private deployment, ours.
    package let apiBaseURL: String
    package let proxy: Secret?
    /// A PEM file of the authorities to trust instead of the system's: a private deployment may have its own.
    package let caFile: String?
    /// The time before a token's end at which it is replaced.
    package let tokenBuffer: Duration

    package init(
        corpID: CorpID, agentID: AgentID, secret: Secret, apiBaseURL: String = AppCredentials.publicAPI,
        proxy: Secret? = nil, caFile: String? = nil, tokenBuffer: Duration = AccessToken.usualBuffer
    ) {
        self.corpID = corpID
        self.agentID = agentID
        self.secret = secret
        self.apiBaseURL = apiBaseURL
        self.proxy = proxy
        self.caFile = caFile
        self.tokenBuffer = tokenBuffer
    }

    package static let publicAPI = "https://qyapi.weixin.qq.com"
}
