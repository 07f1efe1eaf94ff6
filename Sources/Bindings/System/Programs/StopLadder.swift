/// The steps that stop a program: signals, each with the time to heed it, and SIGKILL at the end.
package struct StopLadder: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        package let signal: Signal
        package let grace: Duration

        package init(_ signal: Signal, grace: Duration) {
            self.signal = signal
            self.grace = grace
        }
    }

    package let steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    /// SIGINT, as from a person at a terminal; SIGTERM; SIGKILL.
    package static let gentle = StopLadder([
        Step(.interrupt, grace: .seconds(5)), Step(.terminate, grace: .seconds(5)),
    ])

    /// SIGKILL at once: for one that is over, or that had its chance.
    package static let kill = StopLadder([])

    /// The time until SIGKILL.
    package var length: Duration { steps.reduce(.zero) { $0 + $1.grace } }
}

/// Somebody on a ladder.
struct LadderClimb {
    private var steps: ArraySlice<StopLadder.Step>
    /// The moment at which the next signal is due.
    private var due: MonotonicTime
    /// The moment at which SIGKILL is due.
    let end: MonotonicTime
    private(set) var isOver = false

    init(_ ladder: StopLadder, from now: MonotonicTime) {
        steps = ladder.steps[...]
        due = now
        end = now.advanced(by: ladder.length)
    }

    /// The signal that is due now, by its number; nil for none.
    mutating func nextSignal(at now: MonotonicTime) -> Int32? {
        guard !isOver, now >= due else { return nil }
        guard let step = steps.popFirst() else {
            isOver = true
            return 9
        }
        due = due.advanced(by: step.grace)
        return step.signal.rawValue
    }
}
