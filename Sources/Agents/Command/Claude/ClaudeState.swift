import JSON

/// The state by which we remember a conversation with Claude Code.
struct ClaudeState: Sendable, Equatable {
    let sessionID: String
    /// The cost of the session so far: the program tells totals.
    var microdollars = 0

    init(sessionID: String, microdollars: Int = 0) {
        self.sessionID = sessionID
        self.microdollars = microdollars
    }

    init?(_ state: JSONValue?) {
        guard let id = state?["session_id"]?.string, id.isPlainName else { return nil }
        self.init(sessionID: id, microdollars: state?["microdollars"]?.count ?? 0)
    }

    var json: JSONValue {
        ["session_id": .string(sessionID), "microdollars": .integer(Int64(microdollars))]
    }
}
