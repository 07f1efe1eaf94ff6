import Lifecycle

/// Decides whether and when a failed turn is tried again.
package struct RetryPolicy: Sendable, Equatable {
    package enum Decision: Sendable, Equatable {
        case retry(after: Duration, spendsAttempt: Bool)
        case giveUp
    }

    /// The number of tries that a job has, the first included.
    package var maxAttempts: Int
    /// A job older than this is given up, however politely its agent asks for patience.
    package var patience: Duration

    package init(maxAttempts: Int = 3, patience: Duration = .seconds(24 * 3600)) {
        self.maxAttempts = maxAttempts
        self.patience = patience
    }

    /// After the `attempt`th try, of a job that is so old by now.
    package func decision(
        on failure: AgentFailure, attempt: Int, age: Duration, using random: inout some RandomNumberGenerator
    ) -> Decision {
        guard age < patience else { return .giveUp }
        switch failure.kind {
        case .rate:
            // No attempt is spent, so their number says nothing: it waits as long again as it has waited.
            let wait =
                failure.retryAfter ?? min(age, RetryPolicy.longestGuess) * Double.random(in: 0.5...1, using: &random)
            return .retry(after: max(.seconds(1), min(wait, RetryPolicy.longestPause)), spendsAttempt: false)
        case .transient, .interrupted, .lostSession:
            guard attempt < maxAttempts else { return .giveUp }
            return .retry(after: RetryPolicy.backoff.delay(afterAttempt: attempt, using: &random), spendsAttempt: true)
        case .config, .auth, .input, .timeout, .refused:
            return .giveUp
        }
    }

    private static let backoff = Backoff(first: .seconds(2), longest: .seconds(300))
    /// The longest wait where the agent does not say when to come back.
    private static let longestGuess = Duration.seconds(1800)
    /// The longest wait that an agent may ask for.
    private static let longestPause = Duration.seconds(3600)
}
