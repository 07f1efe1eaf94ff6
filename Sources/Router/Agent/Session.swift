package import JSON
package import System

/// An agent's memory of a conversation between two `/new`s: opaque to us, kept for it.
package struct Session: Sendable, Equatable {
    package let state: JSONValue
    /// The job whose turn named the state last.
    package let job: JobID
    /// The number of turns it has answered.
    package let turns: Int
    package let startedAt: Timestamp
    package let usedAt: Timestamp

    package init(state: JSONValue, job: JobID, turns: Int, startedAt: Timestamp, usedAt: Timestamp) {
        self.state = state
        self.job = job
        self.turns = turns
        self.startedAt = startedAt
        self.usedAt = usedAt
    }

    /// The largest size of a state, written out.
    package static let maxBytes = 1 << 20
}

/// The time for which a session goes on by itself.
package struct SessionLimits: Sendable, Equatable {
    /// One that nobody wrote to for so long is over; nil never is.
    package var idle: Duration?
    /// One with so many turns is over; nil never is.
    package var turns: Int?

    package init(idle: Duration? = nil, turns: Int? = nil) {
        self.idle = idle
        self.turns = turns
    }

    package func allow(_ session: Session, at now: Timestamp) -> Bool {
        if let idle, now.since(session.usedAt) >= idle { return false }
        if let turns, session.turns >= turns { return false }
        return true
    }
}
