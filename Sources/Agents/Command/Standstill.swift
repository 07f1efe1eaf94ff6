import Router
import System

/// Measures how long a program has done nothing but say that it waits for something.
struct Standstill: Sendable {
    private let patience: Duration
    private var since: MonotonicTime?
    /// The failure of the turn; nil while there is hope.
    private(set) var verdict: AgentFailure?
    private var reason: AgentFailure?

    init(patience: Duration) { self.patience = patience }

    /// Takes note of what the program does now: `reason` is nil where it does not merely wait.
    mutating func note(_ reason: AgentFailure?, at now: MonotonicTime) {
        guard verdict == nil else { return }
        self.reason = reason
        since = reason == nil ? nil : since ?? now
    }

    /// The moment at which patience ends; nil while nothing stands still.
    var deadline: MonotonicTime? { since?.advanced(by: patience) }

    /// Gives up if it is time to, and says whether it has.
    mutating func judge(at now: MonotonicTime) -> Bool {
        if verdict == nil, let deadline, now >= deadline { verdict = reason }
        return verdict != nil
    }
}

/// Ends a program that stands still for too long.
final class StandstillWatch: Sendable {
    private struct State {
        var standstill: Standstill
        var isWatched = false
    }

    private let program: RunningProgram
    private let state: Lock<State>

    init(over program: RunningProgram, patience: Duration) {
        self.program = program
        state = Lock(State(standstill: Standstill(patience: patience)))
    }

    /// The reason why the program was ended, if it was.
    var verdict: AgentFailure? { state.withLock { $0.standstill.verdict } }

    /// Takes note of what the program does now. A program that stands still is watched in `group`, not where agents are
    /// read: those threads may be busy.
    func note(_ reason: AgentFailure?, in group: inout TalkGroup) {
        let begins = state.withLock { state in
            state.standstill.note(reason, at: .now)
            guard state.standstill.deadline != nil, !state.isWatched else { return false }
            state.isWatched = true
            return true
        }
        if begins { group.addTask(executorPreference: globalConcurrentExecutor) { [self] in await watch() } }
    }

    private func watch() async {
        while let deadline = nextDeadline() {
            if state.withLock({ $0.standstill.judge(at: .now) }) { return await program.stop(.kill) }
            guard (try? await Task.sleep(for: deadline.since(.now))) != nil else { return }
        }
    }

    /// The deadline to wait for; nil where nothing stands still any more, which ends the watch.
    private func nextDeadline() -> MonotonicTime? {
        state.withLock { state in
            state.isWatched = state.standstill.deadline != nil
            return state.standstill.deadline
        }
    }
}
