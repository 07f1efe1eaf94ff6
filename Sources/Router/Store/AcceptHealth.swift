package import System

/// The health of accepting, as the last messages showed: what `/ready` is told, and what there is to try while it fails.
package final class AcceptHealth: Sendable {
    /// The reason why a message was not accepted, by what shows that it is over.
    package enum Cause: Sendable {
        /// The file is damaged where this message needs it. That others are accepted proves nothing: this one has to be.
        case damage
        /// The disk did not take it: only a commit shows that it does again.
        case disk
        case other
    }

    private struct Failure {
        let number: Int
        let cause: Cause
        let words: String
        /// The message, to try again.
        let submission: Submission?
    }

    private struct State {
        var failure: Failure?
        var failures = 0
        var refusedByDisk = 0
        var underWay = 0
        /// The moment at which the last write ended, or the first of those under way began.
        var movedAt: MonotonicTime
    }

    /// The news of a store that an error brings.
    package struct News: Sendable {
        let cause: Cause
        let words: String

        package init(_ cause: Cause, _ words: String) {
            self.cause = cause
            self.words = words
        }
    }

    private let state: Lock<State>
    /// Reads an error; nil for one that tells nothing new about the store.
    private let read: @Sendable (any Error) -> News?

    /// A message that takes longer is answered 503, and WeCom repeats it.
    package static let patience = Duration.milliseconds(2700)

    package init(at now: MonotonicTime = .now, reading read: @escaping @Sendable (any Error) -> News?) {
        state = Lock(State(movedAt: now))
        self.read = read
    }

    /// The reason why messages are not accepted, in words for people; nil while they are.
    package func complaint(at now: MonotonicTime = .now) -> String? {
        state.withLock { state in
            if let failure = state.failure { return failure.words }
            let silence = now.since(state.movedAt)
            guard state.underWay > 0, silence > AcceptHealth.patience else { return nil }
            return "the store's disk has not answered for \(silence.short)"
        }
    }

    /// Messages that the disk itself would not take.
    package var refusedByDisk: Int { state.withLock { $0.refusedByDisk } }

    /// Runs what makes a message durable and remembers how that went.
    package func watching<Value: Sendable>(
        _ submission: Submission?, _ body: () async throws -> Value
    ) async throws -> Value {
        let began = MonotonicTime.now
        state.withLock { state in
            if state.underWay == 0 { state.movedAt = began }
            state.underWay += 1
        }
        do {
            let value = try await body()
            noteSuccess(after: MonotonicTime.now.since(began), of: submission)
            return value
        } catch {
            note(error, of: submission)
            throw error
        }
    }

    private func noteSuccess(after time: Duration, of submission: Submission?) {
        state.withLock { state in
            state.underWay -= 1
            state.movedAt = .now
            if time > AcceptHealth.patience {
                fail(&state, .other, "the store's disk took \(time.short) for a message", submission)
            } else if state.failure?.cause != .damage {
                state.failure = nil
            }
        }
    }

    private func note(_ error: any Error, of submission: Submission?) {
        state.withLock { state in
            state.underWay -= 1
            state.movedAt = .now
            guard let news = read(error) else { return }
            if news.cause == .disk { state.refusedByDisk += 1 }
            fail(&state, news.cause, news.words, submission)
        }
    }

    /// Damage that is known is not forgotten over whatever fails later.
    private func fail(_ state: inout State, _ cause: Cause, _ words: String, _ submission: Submission?) {
        state.failures += 1
        guard state.failure?.cause != .damage else { return }
        state.failure = Failure(number: state.failures, cause: cause, words: words, submission: submission)
    }

    // MARK: Trying again

    /// Something to try: what failed last, and by what its end shows.
    package struct Trial: Sendable {
        package let number: Int
        package let submission: Submission?
        package let needsCommit: Bool
    }

    /// Nil while nothing is known to fail.
    package var trial: Trial? {
        state.withLock { state in
            state.failure.map {
                Trial(number: $0.number, submission: $0.submission, needsCommit: $0.cause == .disk)
            }
        }
    }

    /// Notes that a trial worked: that is the end of it, unless something else has failed since.
    package func noteRecovery(from trial: Trial) {
        state.withLock { state in
            if state.failure?.number == trial.number { state.failure = nil }
        }
    }

    /// Notes that an attempt failed, where nothing was known to.
    package func noteFailure(_ error: any Error, of submission: Submission?) {
        guard let news = read(error) else { return }
        state.withLock { fail(&$0, news.cause, news.words, submission) }
    }
}
