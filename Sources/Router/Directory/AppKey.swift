import Text
package import WeCom

/// WeCom's own identity of a self-built app, which outlives any name in the configuration.
package struct AppKey: Hashable, Sendable, CustomStringConvertible {
    package let corpID: CorpID
    package let agentID: AgentID

    package init(corpID: CorpID, agentID: AgentID) {
        self.corpID = corpID
        self.agentID = agentID
    }

    /// Reads `corp_id/agent_id` as `description` writes it; the corp `bot` is none, since `bot/<id>` is a bot.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")), slash > text.startIndex,
            let agent = AgentID(text[text.index(after: slash)...])
        else { return nil }
        let corp = CorpID(String(text[..<slash]))
        guard corp != AppKey.noCorp else { return nil }
        self.init(corpID: corp, agentID: agent)
    }

    /// The prefix of a bot's key, which stands for no corp.
    package static let noCorp = CorpID("bot")

    /// `corp_id/agent_id`.
    package var description: String { "\(corpID)/\(agentID)" }
}
