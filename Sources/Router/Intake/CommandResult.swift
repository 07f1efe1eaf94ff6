package import System
package import WeCom

/// The result of a command, as the store knows it.
package enum CommandResult: Sendable, Equatable {
    /// Begun. That many messages of the session before are still to be answered.
    case newSession(waiting: Int)
    /// Stopped: whether anything ran, and the number of waiting messages that are cancelled. `others`: the turn that runs is other
    /// members', and goes on.
    case stopped(running: Bool, waiting: Int, others: Bool = false)
    case status(ConversationStatus)
    /// The messages that wait, in order.
    case queue([String])
    case dropped(String)
    case noSuchItem(Int)
    case retried(String)
    case nothingToRetry
    /// The queue has as many jobs as it may.
    case queueIsFull
    case help
}

/// The state of a conversation.
package struct ConversationStatus: Sendable, Equatable {
    package struct Current: Sendable, Equatable {
        package enum Phase: Sendable, Equatable {
            case running(since: Timestamp)
            /// It failed, and is to be tried again.
            case retrying(at: Timestamp)
        }

        package let job: JobID
        package let text: String
        package let phase: Phase

        package init(job: JobID, text: String, phase: Phase) {
            self.job = job
            self.text = text
            self.phase = phase
        }
    }

    /// The job at work; in a group the caller's own only.
    package let current: Current?
    /// True if the job at work is another member's.
    package let isOthers: Bool
    /// The number of messages that wait behind it.
    package let waiting: Int
    /// The question that the person is asked.
    package let question: String?

    package init(current: Current?, isOthers: Bool = false, waiting: Int, question: String?) {
        self.current = current
        self.isOthers = isOthers
        self.waiting = waiting
        self.question = question
    }
}

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
    /// What stands behind the command for a fresh session: its first message. Nothing else is said of the command then.
    package var then: JobRequest?

    package init(
        _ command: ChatCommand, from address: ReplyAddress, within speech: Speech,
        saying words: @escaping @Sendable (CommandResult) -> String
    ) {
        self.command = command
        self.address = address
        answer = { Part(to: address, saying: words($0), within: speech) }
    }
}

/// A click on a question's card, on its way into the store.
package struct QuestionClick: Sendable, Equatable {
    package let question: QuestionID
    /// The place of the option, from 0 on.
    package let place: Int
    package let user: UserID
    /// With this the card can be changed.
    package let responseCode: String?
    /// The card shows in answer to the click how its question ended, so that nothing else has to say it.
    package let isAnswered: Bool

    package init(
        question: QuestionID, place: Int, user: UserID, responseCode: String?, isAnswered: Bool = false
    ) {
        self.question = question
        self.place = place
        self.user = user
        self.responseCode = responseCode
        self.isAnswered = isAnswered
    }
}
