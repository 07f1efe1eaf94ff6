import Router
import Testing

@Suite struct RetryPolicyTests {
    private func decide(
        _ kind: AgentFailure.Class, attempt: Int = 1, age: Duration = .seconds(1), heldUp: Duration = .zero,
        runs: Int = 1,
        retryAfter: Duration? = nil
    ) -> RetryPolicy.Decision {
        var random = SystemRandomNumberGenerator()
        return RetryPolicy(maxAttempts: 3).decision(
            on: AgentFailure(kind, "no", retryAfter: retryAfter), attempt: attempt, age: age,
            holdUp: RetryPolicy.HoldUp(length: heldUp, runs: runs), using: &random)
    }

    @Test(
        "what will fail again is given up at once",
        arguments: [.config, .auth, .input, .timeout, .refused] as [AgentFailure.Class])
    func givesUp(kind: AgentFailure.Class) { #expect(decide(kind) == .giveUp) }

    @Test(
        "what may pass is tried again with growing waits, so many times",
        arguments: [.transient, .interrupted, .lostSession] as [AgentFailure.Class])
    func retries(kind: AgentFailure.Class) throws {
        guard case .retry(let first, true) = decide(kind), case .retry(let second, true) = decide(kind, attempt: 2)
        else {
            Issue.record("no retry")
            return
        }
        #expect((Duration.seconds(1)...Duration.seconds(2)).contains(first))
        #expect((Duration.seconds(2)...Duration.seconds(4)).contains(second))
        #expect(decide(kind, attempt: 3) == .giveUp)
    }

    @Test("an agent that names a time is asked then, and no attempt is spent, however often")
    func rate() {
        #expect(
            decide(.rate, attempt: 9, retryAfter: .seconds(90)) == .retry(after: .seconds(90), spendsAttempt: false))
        #expect(decide(.rate, retryAfter: .seconds(1 << 30)) == .retry(after: .seconds(3600), spendsAttempt: false))
    }

    private static let holdUps: [AgentFailure.Class] = [.away, .rate]

    @Test(
        "an agent that is away or too busy is tried with growing waits, up to five minutes, and no attempt is spent",
        arguments: holdUps)
    func away(kind: AgentFailure.Class) {
        for (runs, most) in [(1, 2), (2, 4), (5, 32), (40, 300)] as [(Int, Int)] {
            guard case .retry(let wait, false) = decide(kind, attempt: 9, age: .seconds(90_000), runs: runs) else {
                Issue.record("no retry after \(runs)")
                continue
            }
            #expect((Duration.seconds(most) / 2...Duration.seconds(most)).contains(wait), "\(runs): \(wait)")
        }
    }

    @Test(
        "it is waited for as long as the app has patience, and the last try comes when that is over", arguments: holdUps
    )
    func awayTooLong(kind: AgentFailure.Class) {
        let patience = Duration.seconds(4 * 3600)
        #expect(decide(kind, heldUp: patience, retryAfter: .seconds(1)) == .giveUp)
        let last = decide(kind, heldUp: patience - .seconds(10), runs: 40)
        #expect(last == .retry(after: .seconds(10), spendsAttempt: false))
        let asked = decide(kind, heldUp: patience - .seconds(10), retryAfter: .seconds(3600))
        #expect(asked == .retry(after: .seconds(10), spendsAttempt: false))
    }

    @Test("a job a day old is given up when it fails once more")
    func old() { #expect(decide(.transient, age: .seconds(24 * 3600)) == .giveUp) }
}
