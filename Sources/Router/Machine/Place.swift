package import System

/// A conversation's place among those that wait for a worker, or for a courier. One that wants neither has none.
package enum Place: Sendable, Equatable {
    /// May be taken; the one that has been ready longest comes first.
    case ready(since: Timestamp)
    /// Becomes ready at a time: a next try, or the end of a burst.
    case due(at: Timestamp)
    /// In somebody's hands. Keeps the time since when it was ready, for a job that goes back. A place in the outbox names its
    /// holder; of one in the queue the job does.
    case taken(since: Timestamp, by: Holder? = nil)

    /// The owner of a lease, and until when nobody else may take it back.
    package struct Holder: Sendable, Equatable {
        package let owner: String
        package let until: Timestamp
    }

    /// The time since when, or at which.
    package var at: Timestamp {
        switch self {
        case .ready(let at), .due(let at), .taken(let at, _): at
        }
    }

    package var isTaken: Bool { if case .taken = self { true } else { false } }

    package var holder: Holder? { if case .taken(_, let holder) = self { holder } else { nil } }
}

// MARK: As rows of `queue` and `outbox` have it

extension Place {
    /// Nil for what is no place.
    package init?(turn: Int64, at: Timestamp) {
        switch turn {
        case 1: self = .ready(since: at)
        case 2: self = .due(at: at)
        case 3: self = .taken(since: at)
        default: return nil
        }
    }

    /// The state of the place, as the column `turn` has it.
    package var turn: Int64 {
        switch self {
        case .ready: 1
        case .due: 2
        case .taken: 3
        }
    }
}
