import Text
package import Lifecycle
import System

/// A turn while it runs: where others say that it has to stop, and why; where it waits for people.
package final class RunningTurn: Sendable {
    package enum StopReason: Sendable, Equatable {
        /// The server goes down.
        case draining
        case deadline(Duration)
        case silence(Duration)
        case cancelled(String)
        case leaseLost
    }

    private struct State {
        var reason: StopReason?
        var lastActivity = MonotonicTime.now
        var renewed = MonotonicTime.now
        var progress: String?
        var text = ""
        var questions: [QuestionID: OpenQuestion] = [:]
        /// Reached when all have ended that the agent has asked so far.
        var asked: Signpost?
        var isAbandoned = false
    }

    /// A question that nobody has answered, as far as we know.
    private final class OpenQuestion: Sendable {
        let ended = Signpost()
        let ending = Lock<QuestionEnding?>(nil)
    }

    package let job: ClaimedJob
    private let state = Lock(State())
    /// Reached when the turn has to stop.
    package let stopped = Signpost()
    /// Its agent has called.
    let called = Wakeup()

    package init(_ job: ClaimedJob) { self.job = job }

    /// The first reason given, which is the one that counts.
    package var stopReason: StopReason? { state.withLock { $0.reason } }

    package func stop(_ reason: StopReason) {
        state.withLock { state in
            if state.reason == nil { state.reason = reason }
        }
        stopped.reach()
    }

    /// The agent has shown that it lives.
    func noteActivity() { state.withLock { $0.lastActivity = .now } }

    func note(progress: String) {
        state.withLock {
            $0.progress = progress.cut(
                toCharacters: RunningTurn.longestProgress, bytes: 4 * RunningTurn.longestProgress)
        }
    }

    /// What the agent last said of where it stands.
    var progress: String? { state.withLock { $0.progress } }

    private static let longestProgress = 500

    /// What the agent has said so far, for a turn that is stopped before it has said all.
    var text: String { state.withLock { $0.text } }

    func note(text piece: String) {
        state.withLock { state in
            if state.text.utf8.count + piece.utf8.count <= RunningTurn.longestText { state.text += piece }
        }
    }

    private static let longestText = 4 << 20

    func noteRenewal(at now: MonotonicTime) { state.withLock { $0.renewed = now } }

    /// True if the lease was last renewed so long ago that somebody else may soon have it.
    func isFenced(at now: MonotonicTime) -> Bool {
        now.since(state.withLock { $0.renewed }) > LeaseKeeper.selfFence
    }

    /// While a person is asked, an agent need not say anything.
    var lastActivity: MonotonicTime { state.withLock { $0.questions.isEmpty ? $0.lastActivity : .now } }

    /// Its agent did not end when it was stopped, and is no longer waited for.
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    func noteAbandoned() { state.withLock { $0.isAbandoned = true } }

    // MARK: Questions

    /// A person is asked one thing at a time, so that it is plain what a "1" answers: waits until what was asked before has
    /// ended.
    func inTurn(_ ask: () async throws -> Answer) async throws -> Answer {
        let mine = Signpost()
        let before = state.withLock { state in
            defer { state.asked = mine }
            return state.asked
        }
        if let before {
            await before.wait()
            guard before.isReached else {
                Task {
                    await before.waitThroughCancellation()
                    mine.reach()
                }
                throw CancellationError()
            }
        }
        defer { mine.reach() }
        try Task.checkCancellation()
        return try await ask()
    }

    var openQuestions: [QuestionID] { state.withLock { Array($0.questions.keys) } }

    func resolve(_ question: QuestionID, as ending: QuestionEnding) {
        guard let open = state.withLock({ $0.questions[question] }) else { return }
        open.ending.withLock { $0 = ending }
        open.ended.reach()
    }

    /// Waits until somebody says how the question ended; nil when the time is over or the task is cancelled first.
    func ending(of question: QuestionID, within limit: Duration) async -> QuestionEnding? {
        let open = OpenQuestion()
        state.withLock { $0.questions[question] = open }
        defer {
            state.withLock { state in
                state.questions[question] = nil
                state.lastActivity = .now
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await open.ended.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return open.ending.withLock { $0 }
    }
}
