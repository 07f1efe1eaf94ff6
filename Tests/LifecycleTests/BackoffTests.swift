import Lifecycle
import SeededTesting
import Testing

@Suite struct BackoffTests {
    let backoff = Backoff(first: .seconds(1), longest: .seconds(60))

    @Test("waits double up to the longest, each shortened by at most half", arguments: 0..<50)
    func delays(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        for (attempt, whole) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (1000, 60), (Int.max, 60)] {
            #expect(backoff.longestDelay(afterAttempt: attempt) == .seconds(whole))
            let delay = backoff.delay(afterAttempt: attempt, using: &numbers)
            #expect(delay >= .milliseconds(500 * whole) && delay <= .seconds(whole), "seed \(seed), attempt \(attempt)")
        }
    }

    @Test("an attempt below the first counts as the first", arguments: [0, -1, Int.min])
    func nonsense(attempt: Int) {
        #expect(backoff.delay(afterAttempt: attempt) <= .seconds(1))
    }

    @Test("many who failed together do not come back together")
    func spread() {
        var numbers = SeededNumbers(seed: 1)
        let delays = Set((0..<100).map { _ in backoff.delay(afterAttempt: 3, using: &numbers) })
        #expect(delays.count > 90)
    }
}
