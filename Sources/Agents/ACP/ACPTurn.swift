import JSON
import Router

/// A turn that an agent's process has in hand.
struct ACPTurn {
    enum Phase {
        /// The process and its session are made ready: stopping means stopping the process.
        /// Can transition to: prompting, answered.
        case opening
        /// The agent is at work, and is asked to stop.
        /// Can transition to: answered.
        case prompting
        /// It has given its answer; whatever comes now is too late.
        case answered
    }

    let ticket: Int
    let texts: ChatTexts
    var phase = Phase.opening
    var isCancelled = false
    var updates = ACPUpdates()
    /// The number of the call that prompted the agent; nil before that.
    var prompt: Int64?
    /// Requests for permission that have no answer yet, by their ids as text.
    var asked: [String: ACPRequest] = [:]
    var questions = 0

    /// The number of permissions that are asked for at once.
    static let mostAsked = 32

    init(ticket: Int, texts: ChatTexts) {
        self.ticket = ticket
        self.texts = texts
    }
}

/// An agent's request for permission that waits for people.
struct ACPRequest: Equatable {
    /// The id under which the agent waits for an answer.
    let id: JSONValue
    /// Our number of the question. An id may come again, a number does not.
    let number: Int
    let permission: ACPPermission
}
