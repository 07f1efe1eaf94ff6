/// Waits that double from `first` to `longest`, each shortened by a random part so that many who failed together do not
/// come back together.
package struct Backoff: Sendable {
    package let first: Duration
    package let longest: Duration

    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// The wait after the `attempt`th failure, counted from 1: between half of the doubled value and the whole.
    package func delay(afterAttempt attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        longestDelay(afterAttempt: attempt) * Double.random(in: 0.5...1, using: &random)
    }

    /// The wait before any of it is taken off.
    package func longestDelay(afterAttempt attempt: Int) -> Duration {
        min(first * (1 << min(max(attempt, 1) - 1, 30)), longest)
    }

    package func delay(afterAttempt attempt: Int) -> Duration {
        var random = SystemRandomNumberGenerator()
        return delay(afterAttempt: attempt, using: &random)
    }
}
