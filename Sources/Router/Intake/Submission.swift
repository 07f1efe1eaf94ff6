/// A message on its way into the store.
package struct Submission: Sendable {
    package let key: DedupKey
    package let conversation: ConversationKey
    package let message: AcceptedMessage
    /// What the user is told, at most once an hour, when too many of theirs wait already.
    package let refusal: Part

    package init(key: DedupKey, conversation: ConversationKey, message: AcceptedMessage, refusal: Part) {
        self.key = key
        self.conversation = conversation
        self.message = message
        self.refusal = refusal
    }

    /// How many jobs may wait in one conversation.
    package static let maxWaiting = 50
}
