import WeCom

extension AppCredentials {
    /// Takes from the configuration what it says of speaking to WeCom as an app.
    init(_ app: Configuration.App) {
        self.init(
            corpID: app.corpID, agentID: app.agentID, secret: app.corpSecret, apiBaseURL: app.apiBaseURL,
            proxy: app.proxy, caFile: app.caFile, tokenBuffer: app.tokenRefreshBuffer)
    }
}
