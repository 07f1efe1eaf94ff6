import Text
package import WeCom

/// What an app is to the store: WeCom's own identity of it, which outlives any name in the configuration.
package struct AppKey: Hashable, Sendable, CustomStringConvertible {
    package let corpID: CorpID
    package let agentID: AgentID

    package init(corpID: CorpID, agentID: AgentID) {
        self.corpID = corpID
        self.agentID = agentID
    }

    /// Reads `corp_id/agent_id` as `description` writes it.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")), slash > text.startIndex,
            let agent = AgentID(text[text.index(after: slash)...])
        else { return nil }
        self.init(corpID: CorpID(String(text[..<slash])), agentID: agent)
    }

    /// How users are named in logs, across corps: `corp_id:user_id`.
    package func scoped(_ user: UserID) -> String { "\(corpID):\(user.folded)" }

    /// `corp_id/agent_id`.
    package var description: String { "\(corpID)/\(agentID)" }
}
