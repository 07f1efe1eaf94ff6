/// What answers: a program, a service, an echo.
package protocol Agent: Sendable {
    /// Answers one turn. What happens on the way goes to `report`. A cancelled task must end soon, and then only throw.
    func run(_ turn: Turn, report: @Sendable (TurnEvent) async -> Void) async throws -> Reply
}

/// One job's run through an agent: all that the agent is told.
package struct Turn: Sendable {
    package let job: JobID
    /// 1 for the first try; what stopped through no fault of the agent is not counted.
    package let attempt: Int
    /// How often an earlier run of this job ended with our process: its side effects may be there already.
    package let crashes: Int
    package let conversation: ConversationKey
    package let epoch: Int64
    package let text: String
    /// What came with the messages, in order.
    package let attachments: [Attachment]

    package init(
        job: JobID, attempt: Int, crashes: Int = 0, conversation: ConversationKey, epoch: Int64, text: String,
        attachments: [Attachment] = []
    ) {
        self.attachments = attachments
        self.job = job
        self.attempt = attempt
        self.crashes = crashes
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
