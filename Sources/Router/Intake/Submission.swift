package import WeCom

/// A message on its way into the store, with all that decides what becomes of it there.
package struct Submission: Sendable {
    package let key: DedupKey
    package let conversation: ConversationKey
    package let request: Request
    /// The stream that is opened with it, by which its answer shows.
    package var stream: String?
    /// The member of a group to whose own session it belongs; nil where all share the conversation's.
    package var member: UserID?

    package enum Request: Sendable {
        /// An answer.
        case job(JobRequest)
        case command(CommandRequest)
        /// A press on a card of ours.
        case click(QuestionClick)
        /// A notice of our own, and no job.
        case notice(Notice)
    }

    package init(key: DedupKey, conversation: ConversationKey, _ request: Request) {
        self.key = key
        self.conversation = conversation
        self.request = request
    }

    /// The number of jobs that may wait in one conversation, and of messages in one job.
    package static let maxWaiting = 50
}

/// A message that is to be answered, and by which rules of its app.
package struct JobRequest: Sendable {
    package let message: AcceptedMessage
    package var whileBusy = Conduct.WhileBusy.queue
    package var mergeWindow = Duration.zero
    /// The number of messages a minute that one person may send; nil for any.
    package var messagesPerMinute: Int?
    /// Told to the person when too many of theirs wait already, or came within a minute.
    package let refusal: Notice

    /// It may become a part of a job that waits, or end one that runs.
    package var joinsOthers: Bool { whileBusy != .queue || mergeWindow > .zero }

    package init(_ message: AcceptedMessage, refusal: Notice) {
        self.message = message
        self.refusal = refusal
    }
}

/// A notice of our own that a person hears now and then, however often there is cause for it.
package struct Notice: Sendable, Equatable {
    /// The subject: each is counted for itself.
    package enum Kind: Int64, Sendable, CaseIterable {
        /// There is more than can be taken.
        case tooMuch = 1
        /// They may not write to this app.
        case refusal = 2
        /// They came in.
        case greeting = 3
        /// Their message was too old when it came. Nobody is told.
        case tooOld = 4

        /// The reason why a message is not answered, in the ledger's words; nil for a notice that refuses nothing.
        package var refusal: String? {
            switch self {
            case .tooMuch: "refused: more wait or came in a minute than may"
            case .refusal: "refused: the user may not write to this app"
            case .tooOld: "refused: older than server.max_message_age"
            case .greeting: nil
            }
        }
    }

    package let kind: Kind
    /// The message; nil for none.
    package let part: Part?
    package let atMostOncePer: Duration
    /// It is said in answer to what gave cause for it: counted as said, and no message.
    package var isAnswer = false

    package init(_ kind: Kind, _ part: Part?, atMostOncePer period: Duration = .seconds(3600)) {
        self.kind = kind
        self.part = part
        atMostOncePer = period
    }
}
