/// What answers: a program, a service, an echo.
package protocol Agent: Sendable {
    /// Answers one turn. What happens on the way goes to `report`. A cancelled task must end soon, and then only throw.
    func run(_ turn: Turn, report: @Sendable (TurnEvent) async -> Void) async throws -> Reply
}

/// One job's run through an agent: all that the agent is told.
package struct Turn: Sendable {
    package let job: JobID
    package let attempt: Int
    package let conversation: ConversationKey
    package let epoch: Int64
    package let text: String

    package init(job: JobID, attempt: Int, conversation: ConversationKey, epoch: Int64, text: String) {
        self.job = job
        self.attempt = attempt
        self.conversation = conversation
        self.epoch = epoch
        self.text = text
    }
}

/// What an agent lets be known while it works.
package enum TurnEvent: Sendable, Equatable {
    /// A short line about where it stands.
    case progress(String)
}

/// Why an agent gave no answer.
package struct AgentFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    package init(_ reason: String) { self.reason = reason }
    package var description: String { reason }
}
