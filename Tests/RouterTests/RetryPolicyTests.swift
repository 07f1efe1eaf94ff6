import Router
import Testing

@Suite struct RetryPolicyTests {
    private func decide(
        _ kind: AgentFailure.Class, attempt: Int = 1, age: Duration = .seconds(1), retryAfter: Duration? = nil
    ) -> RetryPolicy.Decision {
        var random = SystemRandomNumberGenerator()
        return RetryPolicy(maxAttempts: 3).decision(
            on: AgentFailure(kind, "no", retryAfter: retryAfter), attempt: attempt, age: age, using: &random)
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

    @Test("a job a day old is given up, however politely its agent asks")
    func patience() { #expect(decide(.rate, age: .seconds(24 * 3600), retryAfter: .seconds(1)) == .giveUp) }
}
