/// A message on its way into the store.
package struct Submission: Sendable {
    package let key: DedupKey
    package let conversation: ConversationKey
    package let message: AcceptedMessage
    /// What the user is told, at most once an hour, when too many of theirs wait already.
    package let refusal: Part
    package let whileBusy: Conduct.WhileBusy
    package let mergeWindow: Duration

    package init(
        key: DedupKey, conversation: ConversationKey, message: AcceptedMessage, refusal: Part,
        whileBusy: Conduct.WhileBusy = .queue, mergeWindow: Duration = .zero
    ) {
        self.key = key
        self.conversation = conversation
        self.message = message
        self.refusal = refusal
        self.whileBusy = whileBusy
        self.mergeWindow = mergeWindow
    }

    /// How many jobs may wait in one conversation, and how many messages in one job.
    package static let maxWaiting = 50
}
