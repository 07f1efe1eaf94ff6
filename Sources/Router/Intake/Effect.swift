/// What accepting a message came to: exactly one thing, which a repeat of the same callback finds again.
package enum Effect: Sendable, Equatable {
    /// A job of its own.
    case job(JobID)
    /// Another message of a job that waits already.
    case appended(JobID)
    /// Acknowledged, and not queued.
    case nothing(Reason)

    package enum Reason: String, Sendable, Equatable {
        /// An event or a type of message that nobody here answers.
        case notAnswered = "not answered"
        case notAllowed = "the user is not allowed"
        case tooManyWaiting = "too many wait in the conversation"
        case empty = "the text is empty"
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
