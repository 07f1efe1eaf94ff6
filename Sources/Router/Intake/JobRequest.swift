/// A message that is to be answered, and by which rules of its app.
package struct JobRequest: Sendable {
    package let message: AcceptedMessage
    package var whileBusy = Conduct.WhileBusy.queue
    package var mergeWindow = Duration.zero
    /// The number of messages a minute that one person may send; nil for any.
    package var messagesPerMinute: Int?
    /// It begins a session, and answers nothing of those before.
    package var beginsSession = false
    /// Told to the person when too many of theirs wait already, or came within a minute.
    package let refusal: Notice

    /// It may become a part of a job that waits, or end one that runs.
    package var joinsOthers: Bool { whileBusy != .queue || mergeWindow > .zero }

    /// It may be the answer to a question of an agent's. One with files is more than that.
    package var mayAnswer: Bool { !beginsSession && message.media.isEmpty }

    package init(_ message: AcceptedMessage, refusal: Notice) {
        self.message = message
        self.refusal = refusal
    }
}
