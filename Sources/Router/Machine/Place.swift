package import System

/// A conversation's place among those that wait for a worker, or for a courier. One that wants neither has none.
package enum Place: Sendable, Equatable {
    /// May be taken; the one that has been ready longest comes first.
    case ready(since: Timestamp)
    /// Becomes ready at a time: a next try, or the end of a burst.
    case due(at: Timestamp)
    /// In somebody's hands. Keeps the time since when it was ready, for a job that goes back.
    case taken(since: Timestamp)

    /// The time since when, or at which.
    package var at: Timestamp {
        switch self {
        case .ready(let at), .due(let at), .taken(let at): at
        }
    }

    package var isTaken: Bool { if case .taken = self { true } else { false } }
}
