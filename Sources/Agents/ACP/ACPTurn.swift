import JSON
import Lifecycle
import Router

/// A turn that an agent's process has in hand.
struct ACPTurn {
    enum Phase {
        /// The process and its session are made ready: stopping means stopping the process.
        case opening
        /// The agent is at work, and is asked to stop.
        case prompting
        /// It has given its answer; whatever comes now is too late.
        case answered
    }

    let ticket: Int
    let attendant: any TurnAttendant
    let texts: ChatTexts
    var phase = Phase.opening
    var isCancelled = false
    var updates = ACPUpdates()
    /// The number of the call that prompted the agent, and what is reached with its answer.
    var prompt: (id: Int64, answered: Signpost)?
    /// Requests for permission that have no answer yet, by their ids as text.
    var asked: [String: (number: Int, id: JSONValue)] = [:]
    /// Those who ask people, by number, until they have ended.
    var asking: [Int: Task<Void, Never>] = [:]
    var questions = 0

    /// So many permissions are asked for at once.
    static let mostAsked = 32
}
