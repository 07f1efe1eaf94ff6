/// Something that happened to an AI bot, other than a click on a card.
package enum BotEvent: Sendable, Equatable {
    /// A person has opened the chat with the bot, for the first time on that day.
    case enterChat
    case feedback(BotFeedback)
    /// Another connection has taken the bot over: this one gets nothing any more, however healthy it looks.
    case disconnected(reason: String?)

    /// The names on the wire.
    package enum Name: String, Sendable, CaseIterable {
        case enterChat = "enter_chat"
        case feedback = "feedback_event"
        case disconnected = "disconnected_event"
    }

    package var name: Name {
        switch self {
        case .enterChat: .enterChat
        case .feedback: .feedback
        case .disconnected: .disconnected
        }
    }
}

/// A person's thumb on an answer that asked for it.
package struct BotFeedback: Sendable, Equatable {
    package enum Verdict: Int64, Sendable, CaseIterable {
        case accurate = 1
        case inaccurate = 2
        /// The person has taken back what they said before.
        case cancelled = 3
    }

    package enum Reason: Int64, Sendable, CaseIterable {
        case irrelevant = 1
        case incomplete = 2
        case wrong = 3
        case wrongAnalysis = 4
    }

    /// The id that we gave the answer.
    package var id: String
    package var verdict: Verdict
    /// The person's own words.
    package var comment: String?
    /// The reasons that we know of those they chose.
    package var reasons: [Reason]

    package init(id: String, verdict: Verdict, comment: String? = nil, reasons: [Reason] = []) {
        self.id = id
        self.verdict = verdict
        self.comment = comment
        self.reasons = reasons
    }
}
