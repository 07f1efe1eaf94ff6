import PromiseTesting
import System

/// The rounds, and what went with them.
struct History {
    private(set) var rounds: [(disturbance: Disturbance, trouble: Trouble)] = []
    /// Of a round after which not all was well.
    var failures: [String] = []
    var endings: [(name: String, ending: RouterProcess.Ending?)] = []
    /// Counts how often WeCom took back all tokens.
    var revocations = 0
    /// The costs of a message to the database, for people.
    var cost = ""
    /// The number of turns that were begun while something was done to the servers, for people.
    var claims = ""
    /// The versions side by side, for people; nil where there was one.
    var versions: String?

    var troubles: [Trouble] { rounds.map { $0.trouble } }

    mutating func add(_ disturbance: Disturbance, from began: MonotonicTime) {
        rounds.append((disturbance, Trouble(disturbance.name, from: began, until: .now)))
    }

    /// True if a server may go on then, or has just gone on, with what another had taken over.
    func suspends(at moment: MonotonicTime) -> Bool {
        rounds.contains { $0.disturbance.suspends && $0.trouble.from <= moment && moment < $0.trouble.until }
    }

    /// True if a server stood still then, and could close nothing.
    func freezes(at moment: MonotonicTime) -> Bool {
        rounds.contains {
            $0.disturbance == .frozen && $0.trouble.from <= moment
                && moment < $0.trouble.until.advanced(by: ClusterNode.leaseLength)
        }
    }
}
