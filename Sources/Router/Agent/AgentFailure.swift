/// The reason why an agent gave no answer, by what is to be done about it.
package struct AgentFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The classes of failure that agents' protocols have in common.
    package enum Class: String, Sendable, CaseIterable {
        /// Something a person must set right: an unknown model, a command that is not there.
        case config
        /// The agent does not know us.
        case auth
        /// The agent cannot take what the user sent.
        case input
        /// Too much at once; the agent says when to come back, or not.
        case rate
        /// The agent is not there at the moment: nothing of the turn reached it.
        case away
        /// It did not come about, and may the next time.
        case transient
        /// The turn broke off in the middle.
        case interrupted
        /// It took longer than it may.
        case timeout
        /// The agent's session of the conversation is gone.
        case lostSession = "lost_session"
        /// The agent will not answer this.
        case refused
    }

    package let kind: Class
    package let reason: String
    /// The reason is the agent's own message to the person; any other is for whoever runs it.
    package let isForPeople: Bool
    /// The time after which it may be asked again, as the agent said.
    package let retryAfter: Duration?
    /// The text that it had said until then; shown as incomplete if the turn is given up.
    package let partialText: String

    package init(
        _ kind: Class = .config, _ reason: String, retryAfter: Duration? = nil, partialText: String = "",
        isForPeople: Bool = false
    ) {
        self.kind = kind
        self.isForPeople = isForPeople
        self.reason = reason
        self.retryAfter = retryAfter
        self.partialText = partialText
    }

    package var description: String { "\(kind.rawValue): \(reason)" }
}
