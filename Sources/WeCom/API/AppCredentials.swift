/// What it takes to speak to WeCom as one app.
package struct AppCredentials: Sendable {
    package let corpID: CorpID
    package let agentID: AgentID
    package let secret: Secret
    /// Scheme, host and perhaps a path, without a slash at the end: WeCom itself, a relay, a private deployment, ours.
    package let apiBaseURL: String
    package let proxy: Secret?

    package init(
        corpID: CorpID, agentID: AgentID, secret: Secret, apiBaseURL: String = AppCredentials.publicAPI,
        proxy: Secret? = nil
    ) {
        self.corpID = corpID
        self.agentID = agentID
        self.secret = secret
        self.apiBaseURL = apiBaseURL
        self.proxy = proxy
    }

    package static let publicAPI = "https://qyapi.weixin.qq.com"
}
