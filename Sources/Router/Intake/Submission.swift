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

    /// It may have a running turn stopped.
    package var interrupts: Bool { if case .job(let job) = request { job.whileBusy == .interrupt } else { false } }

    /// The number of jobs that may wait in one conversation, and of messages in one job.
    package static let maxWaiting = 50
}
