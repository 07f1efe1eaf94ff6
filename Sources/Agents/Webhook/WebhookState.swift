import JSON
import Router

/// The state that a service gave of a conversation.
struct WebhookState: Equatable {
    /// The session that the service wants to be told with the next job; null for none.
    var session: JSONValue = .null
    /// The run that it works at for the job under way.
    var run: String?

    init(_ turn: Turn) {
        session = turn.session?["session"] ?? .null
        // That of an earlier job means nothing to this one.
        run = turn.resumes ? turn.session?["run_id"]?.string : nil
    }

    /// Takes the session that the service names in an answer, if it does.
    mutating func take(sessionOf answer: JSONValue) {
        if let named = answer["session"], named != .null { session = named }
    }

    /// The state to remember once the run is over; nil where nothing ever was.
    var afterwards: JSONValue? { run == nil && session == .null ? nil : ["session": session] }

    var json: JSONValue {
        run.map { ["run_id": .string($0), "session": session] } ?? ["session": session]
    }
}
