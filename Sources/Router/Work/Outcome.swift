/// How a turn ended.
package enum Outcome: Sendable, Equatable {
    case answered(Reply)
    case failed(reason: String)
    /// We stopped it, not the agent and not the user: it is no failed attempt.
    case interrupted
}
