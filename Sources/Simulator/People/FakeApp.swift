import Crypto
package import HTTP
package import WeCom

/// An app as WeCom knows it: the other end of what an administrator copies into the configuration.
package struct FakeApp: Sendable {
    package let corpID: CorpID
    package let agentID: AgentID
    package var secret: Secret
    package let keys: CallbackKeys
    /// The URL to which its callbacks are posted: what an administrator saves in the console. Without one no card that is
    /// clicked can be sent.
    package var callbackURL: String
    /// The appid of the mini-program that is bound to it.
    package var miniProgram: String?
    /// The addresses from which it may call, as an administrator lists them; nil is any.
    package var trustedAddresses: Set<IPAddress>?
    /// Switched off in the console, which `agent/get` tells.
    package var isDisabled = false

    package init(corpID: CorpID, agentID: AgentID, secret: Secret, keys: CallbackKeys, callbackURL: String) {
        self.corpID = corpID
        self.agentID = agentID
        self.secret = secret
        self.keys = keys
        self.callbackURL = callbackURL
    }

    /// The identity of an app, whatever is set about it.
    package struct Identity: Hashable, Sendable {
        package let corpID: CorpID
        package let agentID: AgentID
    }

    package var identity: Identity { Identity(corpID: corpID, agentID: agentID) }
}
