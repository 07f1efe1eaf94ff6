package import WeCom

/// A command on its way into the store.
package struct CommandRequest: Sendable {
    package let command: ChatCommand
    /// The address of whoever gave it.
    package let address: ReplyAddress
    /// The member of a group whose own work it is about; nil for all of the conversation's.
    package var caller: UserID?
    /// Makes the answer to whoever gave it; nil if there is nothing to say.
    package let answer: @Sendable (CommandResult) -> Part?
    /// The number of messages a minute that one person may send, commands among them; nil for any.
    package var messagesPerMinute: Int?
    /// The message as the agent's, which it is while there is nothing that the command could mean.
    package var otherwise: JobRequest?
    /// The first message of a fresh session, from behind the command for one. It is all that is said of the command then.
    package private(set) var then: JobRequest?

    package init(
        _ command: ChatCommand, from address: ReplyAddress, within speech: Speech,
        saying words: @escaping @Sendable (CommandResult) -> String
    ) {
        self.command = command
        self.address = address
        answer = { Part(to: address, saying: words($0), within: speech) }
    }

    /// Has a message answered in the session that the command begins.
    package mutating func begin(with first: JobRequest) {
        var first = first
        first.beginsSession = true
        then = first
    }
}
