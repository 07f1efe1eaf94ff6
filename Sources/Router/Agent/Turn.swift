package import JSON
package import System
package import WeCom

/// One job's run through an agent: all that the agent is told.
package struct Turn: Sendable {
    package let job: JobID
    /// 1 for the first try; what stopped through no fault of the agent is not counted.
    package let attempt: Int
    /// The number of earlier runs of this job that ended with our process: their side effects may be there already.
    package let crashes: Int
    package let conversation: ConversationKey
    package let epoch: Int64
    /// The member of a group whose own session it is; nil where all share the conversation's.
    package var member: UserID?
    /// The last writer of what is answered; nil where nobody wrote.
    package let sender: UserID?
    package let text: String
    /// The files that came with the messages, in order.
    package let attachments: [Attachment]
    /// The agent's session of the conversation, as it last named it; nil for a fresh one.
    package var session: JSONValue?
    /// An earlier run of this very job broke off after the agent had named `session`: it may go on where it was.
    package var resumes = false
    /// The person who asks, as the corp's address book has them; nil where it was not asked.
    package var person: Person?
    package var language = ChatTexts.Language.chinese
    /// The time zone of the people of its app, for what an agent is told of dates.
    package var timeZone = TimeZone.utc
    /// The texts of the app, for what an agent has us say.
    package var texts: ChatTexts {
        get { sharedTexts.value }
        set { sharedTexts = Shared(newValue) }
    }
    /// Turns are handed on from one function to the next while they run: what is large is not copied each time.
    private var sharedTexts = Turn.chinese
    private static let chinese = Shared(ChatTexts.chinese)
    /// The moment at which the turn is stopped at the latest.
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
    /// The person who asks: that of the conversation, in a group chat whoever wrote last.
    package var user: UserID? { conversation.user ?? sender }

    package var sessionKey: SessionKey { SessionKey(conversation, of: member) }
}

private final class Shared<Value: Sendable>: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
