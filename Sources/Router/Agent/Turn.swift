package import JSON
package import System
package import WeCom

/// One job's run through an agent: all that the agent is told.
package struct Turn: Sendable {
    package let job: JobID
    /// 1 for the first try; what stopped through no fault of the agent is not counted.
    package let attempt: Int
    /// How often an earlier run of this job ended with our process: its side effects may be there already.
    package let crashes: Int
    package let conversation: ConversationKey
    package let epoch: Int64
    /// Who wrote last of what is answered; nil where nobody did.
    package let sender: UserID?
    package let text: String
    /// What came with the messages, in order.
    package let attachments: [Attachment]
    /// What the agent remembers of the conversation, as it last named it; nil for a fresh session.
    package var session: JSONValue?
    /// An earlier run of this very job broke off after the agent had named `session`: it may go on where it was.
    package var resumes = false
    /// Who asks, as the corp's address book has them; nil where it was not asked.
    package var person: Person?
    package var language = ChatTexts.Language.chinese
    /// What the app says of its own accord, for what an agent has us say.
    package var texts: ChatTexts {
        get { sharedTexts.value }
        set { sharedTexts = Shared(newValue) }
    }
    /// Turns are handed on from one function to the next while they run: what is large is not copied each time.
    private var sharedTexts = Turn.chinese
    private static let chinese = Shared(ChatTexts.chinese)
    /// When the turn is stopped at the latest.
    package var deadline = Timestamp.steady.advanced(by: TurnLimits().total)

    package init(
        job: JobID, attempt: Int, crashes: Int = 0, conversation: ConversationKey, epoch: Int64,
        sender: UserID? = nil, text: String, attachments: [Attachment] = []
    ) {
        self.sender = sender
        self.attachments = attachments
        self.job = job
        self.attempt = attempt
        self.crashes = crashes
        self.conversation = conversation
        self.epoch = epoch
        self.text = text
    }
}

extension Turn {
    /// Who asks: the person of the conversation, in a group chat whoever wrote last.
    package var user: UserID? { conversation.user ?? sender }
}

private final class Shared<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
