import JSON
import Router

/// The thread of a conversation at the server, and the response that is being made.
struct ResponsesState: Equatable {
    /// The last response that was completed.
    var previous: String?
    /// The conversation that the server keeps.
    var conversation: String?
    /// The response that is being made for the job under way.
    var run: String?

    init(_ turn: Turn) {
        previous = turn.session?["response"]?.string
        conversation = turn.session?["conversation"]?.string
        // That of an earlier job means nothing to this one.
        run = turn.resumes ? turn.session?["run"]?.string : nil
    }

    var json: JSONValue {
        let members = [("response", previous), ("conversation", conversation), ("run", run)]
        return .object(members.compactMap { name, value in value.map { .init(name, .string($0)) } })
    }
}
