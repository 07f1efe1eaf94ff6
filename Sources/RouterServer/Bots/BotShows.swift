import Lifecycle
import System

/// The answers of one bot that are shown over its connection while they are written. Each takes a task that looks once a second.
final class BotShows: Sendable {
    private struct State {
        var count = 0
        /// Reached when none is shown any more.
        var ended: [Signpost] = []
    }

    private let state = Lock(State())

    /// Answers beyond these are sent whole.
    static let most = 200

    /// False if there are so many already.
    func begin() -> Bool {
        state.withLock { state in
            guard state.count < BotShows.most else { return false }
            state.count += 1
            return true
        }
    }

    func end() {
        let ended = state.withLock { state -> [Signpost] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.ended = [] }
            return state.ended
        }
        for signpost in ended { signpost.reach() }
    }

    /// Returns when none is shown any more, or when the task is cancelled.
    func untilNone() async {
        let ended = Signpost()
        let isAny = state.withLock { state in
            if state.count > 0 { state.ended.append(ended) }
            return state.count > 0
        }
        if isAny { await ended.wait() }
    }
}
