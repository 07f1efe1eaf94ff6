/// The one result of accepting a message, which a repeat of the same callback finds again.
package enum Effect: Sendable, Equatable {
    /// A job of its own.
    case job(JobID)
    /// Another message of a job that waits already.
    case appended(JobID)
    /// The answer to a question of an agent's.
    case answer(QuestionID)
    /// Something that the person had us do.
    case command(ChatCommand.Name)
    /// A notice of our own, unless the person heard it lately.
    case notice(Notice.Kind)
    /// Acknowledged, and no more.
    case nothing(Reason)

    package enum Reason: String, Sendable, Equatable {
        /// An event that we only count.
        case counted = "an event that is only counted"
        /// A type of message, or an event, that nobody here knows.
        case unknown = "unknown to this version"
        case empty = "the text is empty"
    }

    /// The job that answers the message, if one does.
    package var job: JobID? {
        switch self {
        case .job(let job), .appended(let job): job
        case .answer, .command, .notice, .nothing: nil
        }
    }
}

/// An effect, and whether it is this callback's own or was found.
package struct Acceptance: Sendable, Equatable {
    package let effect: Effect
    package let isRepeat: Bool

    package init(_ effect: Effect, isRepeat: Bool = false) {
        self.effect = effect
        self.isRepeat = isRepeat
    }
}
