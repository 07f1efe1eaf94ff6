package import JSON

/// Something that an agent lets be known while it works.
package enum TurnEvent: Sendable, Equatable {
    /// It lives, and that is all.
    case activity
    /// It has begun, and this is what it remembers the conversation by: kept before anything else, so that a crash can
    /// resume.
    case started(JSONValue)
    /// More of what it says; the reply has the whole.
    case text(String)
    case thinking(String)
    /// A short line about where it stands.
    case progress(String)
    case tool(ToolCall)
}

/// Something that an agent does on its way.
package struct ToolCall: Sendable, Equatable {
    package enum State: String, Sendable { case pending, running, completed, failed }

    package let id: String
    /// The title for people: what it does, in a line.
    package let title: String
    package let state: State

    package init(id: String, title: String, state: State) {
        self.id = id
        self.title = title
        self.state = state
    }
}

/// The tokens and money that a turn has used up, this turn alone.
package struct Usage: Sendable, Equatable {
    package var input = 0
    package var output = 0
    /// The part of the input that had been read before and cost less.
    package var cached = 0
    /// In millionths of a US dollar.
    package var microdollars = 0

    package init(input: Int = 0, output: Int = 0, cached: Int = 0, microdollars: Int = 0) {
        self.input = input
        self.output = output
        self.cached = cached
        self.microdollars = microdollars
    }
}
