import PostgresTesting
import PromiseTesting
import System

/// Something that is done to the servers or their database, in the words that `--only` takes.
enum Disturbance: String, CaseIterable, Sendable {
    /// A server is killed at any instant, and the next one at the instants that are the most likely to do harm.
    case killed
    /// A server stands still for longer than its leases last.
    case frozen
    /// The primary is killed, and the standby takes over.
    case failover
    /// The standby is behind when the primary is killed.
    case stalled
    /// The standby is gone for a while, so that nothing can be committed.
    case standby
    /// The primary stands still, the standby takes over, and the old one goes on.
    case split
    /// A server is cut off from the database, in both directions or in one.
    case cutOff = "cut-off"
    /// The database takes no connections, or somebody holds conversations.
    case refused
    /// The servers are replaced, one after the other.
    case rolling

    /// The name in tables.
    var name: String {
        switch self {
        case .killed: "server killed"
        case .frozen: "server frozen past its leases"
        case .failover: "primary killed"
        case .stalled: "standby behind, primary killed"
        case .standby: "standby gone for a while"
        case .split: "primary frozen, replaced, back"
        case .cutOff: "server cut off"
        case .refused: "connections refused, rows held"
        case .rolling: "rolling restart"
        }
    }

    /// A server may go on with what another has by then.
    var suspends: Bool { self == .frozen || self == .cutOff }
}
