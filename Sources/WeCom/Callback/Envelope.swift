/// The body of a posted callback before it is opened: the ciphertext, and hints at whom it is for that nobody signed.
package struct Envelope: Sendable, Equatable {
    /// The CorpID, if it is given: a hint, to be believed only when the ciphertext says the same.
    package let toUserName: String?
    /// The app, if one is meant and named: a hint like the other.
    package let agentID: AgentID?
    package let encrypted: String

    package init(toUserName: String?, agentID: AgentID?, encrypted: String) {
        self.toUserName = toUserName
        self.agentID = agentID
        self.encrypted = encrypted
    }

    /// Reads XML, or JSON when the first byte that is no space is `{`: WeCom has both and may let an app choose.
    package init(body: [UInt8]) throws(CallbackError) {
        if body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            try self.init(json: body)
        } else {
            try self.init(xml: body)
        }
    }
}
