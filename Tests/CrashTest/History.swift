import PromiseTesting
import System

/// The lives of the servers, and how each ended.
struct History {
    struct Round {
        let instant: Instant
        let ending: RouterProcess.Ending
        /// True if it ended when it was to: a server that was told to crash by itself, and no other.
        let asOrdered: Bool
    }

    private(set) var starts: [MonotonicTime] = []
    private(set) var rounds: [Round] = []
    var lastEnding: RouterProcess.Ending?
    /// Files that a server had when it died, and that WeCom gave no more after that.
    var expired = 0

    mutating func begin() { starts.append(.now) }

    mutating func end(_ instant: Instant, _ ending: RouterProcess.Ending, asOrdered: Bool) {
        rounds.append(Round(instant: instant, ending: ending, asOrdered: asOrdered))
    }

    /// A crash counts from the start of the next server: that has things done again.
    var troubles: [Trouble] {
        zip(rounds, starts.dropFirst()).map { Trouble($0.instant.name, from: $1, until: $1) }
    }
}

extension Verdict {
    /// Judges the ends of the servers, too.
    mutating func judge(_ history: History) {
        for (number, round) in history.rounds.enumerated() where !round.asOrdered || !round.ending.wasKilled {
            note(.ending, "round \(number + 1), to be killed \(round.instant.name): \(round.ending)")
        }
        if let last = history.lastEnding, !last.isClean { note(.ending, "the last one, asked to: \(last)") }
    }

    func table(_ history: History, took: Duration) -> String {
        let counts = Instant.allCases.map { instant in
            let rounds = history.rounds.count { $0.instant == instant }
            return Verdict.row(instant.name, "\(rounds)", "\(swallowed[instant.name] ?? 0)")
        }
        return table(
            head: [Verdict.row("killed", "rounds", "repeats that WeCom's duplicate check swallowed")] + counts,
            enclosures:
                "\(history.expired) files were on the server's disk alone after a crash; of \(told.count) that were gone people were told",
            took: took)
    }
}
