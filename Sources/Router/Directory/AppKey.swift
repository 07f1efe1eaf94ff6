package import WeCom

/// What an app is to the store: WeCom's own identity of it, which outlives any name in the configuration.
package struct AppKey: Hashable, Sendable, CustomStringConvertible {
    package let corpID: CorpID
    package let agentID: AgentID

    package init(corpID: CorpID, agentID: AgentID) {
        self.corpID = corpID
        self.agentID = agentID
    }

    /// `corp_id/agent_id`.
    package var description: String { "\(corpID)/\(agentID)" }
}
