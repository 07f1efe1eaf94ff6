import Crypto
package import WeCom

/// An app as WeCom knows it: the other end of what an administrator copies into the configuration.
package struct FakeApp: Sendable {
    package let corpID: CorpID
    package let agentID: AgentID
    package let secret: Secret
    package let keys: CallbackKeys
    /// Where its callbacks are posted: what an administrator saves in the console.
    package var callbackURL: String

    package init(corpID: CorpID, agentID: AgentID, secret: Secret, keys: CallbackKeys, callbackURL: String) {
        self.corpID = corpID
        self.agentID = agentID
        self.secret = secret
        self.keys = keys
        self.callbackURL = callbackURL
    }
}
