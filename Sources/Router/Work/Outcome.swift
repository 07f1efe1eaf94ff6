/// How a turn ended.
package enum Outcome: Sendable, Equatable {
    case answered(Reply)
    case failed(AgentFailure)
    /// We stopped it, not the agent and not the user: it is no failed attempt.
    case interrupted
    /// Somebody asked for its end.
    case cancelled(reason: String)
    /// The lease is gone: whatever came of it is no longer ours to settle.
    case outbid
}
