/// The form of a question to an app's people.
package enum QuestionStyle: String, Sendable, CaseIterable {
    /// By a card where its buttons do, else by a text with numbers.
    case auto
    /// Always by a text: WeChat shows no cards.
    case text
}

/// The rules by which an app's jobs are run.
package struct Conduct: Sendable, Equatable {
    /// The effect of a message that comes while the conversation's turn runs.
    package enum WhileBusy: String, Sendable, CaseIterable {
        /// It waits for those before it.
        case queue
        /// It joins the others that wait: one turn answers them all.
        case merge
        /// It stops the running turn; the next answers the messages of both.
        case interrupt
    }

    /// The fate of a turn that ended with our process.
    package enum OnCrash: String, Sendable, CaseIterable {
        /// The agent goes on where it was, if it can; else as `retry`.
        case resume
        case retry
        case fail
        /// The person says which.
        case ask
    }

    /// The sessions of the members of a group.
    package enum GroupSessions: String, Sendable, CaseIterable {
        /// All share that of the group.
        case shared
        /// Each has their own.
        case perUser = "per_user"
    }

    package var groupSessions = GroupSessions.shared
    package var whileBusy = WhileBusy.queue
    /// The time for which the first message of a burst waits for the rest.
    package var mergeWindow = Duration.zero
    package var onCrash = OnCrash.resume
    package var retry = RetryPolicy()
    package var questions = QuestionStyle.auto
    package var commands = ChatCommands()
    /// The number of the app's turns that may run at once; nil for as many as there are workers.
    package var concurrency: Int?
    package var memberLimits = MemberLimits()
    package var sendLimits = SendLimits()
    /// The largest picture, recording or file that is fetched, in bytes.
    package var maxAttachmentBytes = 20 << 20
    package var reply = ReplyStyle()
    package var signs = SignsOfLife()
    package var greeting: Greeting?
    /// The part that people see of a turn that runs, where they do.
    package var shows = Shown.answer
    package var sendDefaults = SendDefaults()
    /// The words of a click in the app's menu, by its key.
    package var menu: [String: String] = [:]

    package init() {}
}
