import Lifecycle
import System

/// Lets one thing happen at a time, in the order in which they were asked for.
final class OneAtATime: Sendable {
    private struct State {
        var isBusy = false
        /// Each is reached when all that was asked for before has ended.
        var waiting: [Signpost] = []
    }

    private let state = Lock(State())

    /// Waits until all that was asked for before has ended, and runs `body`. When the task is cancelled before, it throws
    /// `CancellationError` without having run it.
    func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        if let mine = joinThoseWaiting() {
            await mine.wait()
            if leave(mine) { throw CancellationError() }
        }
        defer { letNextGo() }
        try Task.checkCancellation()
        return try await body()
    }

    /// nil for whoever need not wait.
    private func joinThoseWaiting() -> Signpost? {
        state.withLock { state in
            guard state.isBusy else {
                state.isBusy = true
                return nil
            }
            let mine = Signpost()
            state.waiting.append(mine)
            return mine
        }
    }

    /// Gives up waiting. False for one that has been let go already.
    private func leave(_ mine: Signpost) -> Bool {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0 === mine }) else { return false }
            state.waiting.remove(at: index)
            return true
        }
    }

    private func letNextGo() {
        let next = state.withLock { state -> Signpost? in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.reach()
    }
}
