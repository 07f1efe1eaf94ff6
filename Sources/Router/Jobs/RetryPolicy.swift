import Lifecycle

/// Decides whether and when a failed turn is tried again.
package struct RetryPolicy: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        case retry(after: Duration, spendsAttempt: Bool)
        case giveUp
    }

    /// The number of tries that a job has, the first included.
    package var maxAttempts: Int
    /// A job whose agent is away or too busy for longer is given up.
    package var patience: Duration
    /// A job that fails otherwise is given up when it is older than this and than `patience`.
    package var longestAge = Duration.seconds(24 * 3600)

    package init(maxAttempts: Int = 3, patience: Duration = .seconds(4 * 3600)) {
        self.maxAttempts = maxAttempts
        self.patience = patience
    }

    /// The time for which a job has been held up by an agent that is away or too busy, and the number of runs that came of it.
    package struct HoldUp: Sendable, Equatable {
        package let length: Duration
        package let runs: Int

        package init(length: Duration, runs: Int) {
            self.length = length
            self.runs = runs
        }
    }

    /// After the `attempt`th try, of a job that is so old by now.
    package func decision(
        on failure: AgentFailure, attempt: Int, age: Duration, holdUp: HoldUp,
        using random: inout some RandomNumberGenerator
    ) -> Decision {
        switch failure.kind {
        case .away, .rate:
            guard holdUp.length < patience else { return .giveUp }
            let wait =
                failure.retryAfter.map { min($0, RetryPolicy.longestPause) }
                ?? RetryPolicy.backoff.delay(afterAttempt: max(1, holdUp.runs), using: &random)
            return .retry(after: max(.seconds(1), min(wait, patience - holdUp.length)), spendsAttempt: false)
        case .transient, .interrupted, .lostSession:
            guard attempt < maxAttempts, age < max(longestAge, patience) else { return .giveUp }
            return .retry(after: RetryPolicy.backoff.delay(afterAttempt: attempt, using: &random), spendsAttempt: true)
        case .config, .auth, .input, .timeout, .refused:
            return .giveUp
        }
    }

    private static let backoff = Backoff(first: .seconds(2), longest: .seconds(300))
    /// The longest wait that an agent may ask for.
    private static let longestPause = Duration.seconds(3600)
}
