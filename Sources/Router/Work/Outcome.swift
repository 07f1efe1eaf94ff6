/// The end of a turn.
package enum Outcome: Sendable, Equatable {
    case answered(Reply)
    case failed(AgentFailure)
    /// The sender may not write to the app.
    case refused
    /// We stopped it, not the agent and not the user: it is no failed attempt.
    case interrupted
    /// Somebody asked for its end.
    case cancelled(reason: String)
    /// The lease was not renewed in time: somebody else may have the job, and what came of this turn is dropped.
    case outbid
}
