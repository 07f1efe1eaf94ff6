package import Lifecycle
import System

/// "There may be work": any number of signals before somebody looks count as one, and none is lost.
package final class Wakeup: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Lock(State())

    /// Beneath every signal, which may be lost, a look without one after so long.
    package static let patience = Duration.milliseconds(500)

    package init() {}

    package func signal() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.isSignalled = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at once if there was a signal since the last wait; else with the next, or when the task is cancelled. One
    /// task waits at a time.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    precondition(state.waiter == nil, "a wakeup has one waiter")
                    if state.isSignalled || Task.isCancelled {
                        state.isSignalled = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            giveUp()
        }
    }

    /// The same, for so long at most: for whoever has to look once in a while although nobody says that there is something.
    package func wait(atMost limit: Duration, by clock: any WorkClock = .steady) async {
        if takeSignal() { return }
        await firstOf(wait) { try? await clock.sleep(for: limit) }
    }

    private func takeSignal() -> Bool {
        state.withLock { state in
            defer { state.isSignalled = false }
            return state.isSignalled
        }
    }

    /// Lets the waiter go, which is no signal.
    private func giveUp() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
