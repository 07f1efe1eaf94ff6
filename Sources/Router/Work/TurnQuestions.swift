import Lifecycle
import System

/// The questions of a running turn that nobody has answered, as far as we know.
final class TurnQuestions: Sendable {
    private final class OpenQuestion: Sendable {
        let ended = Signpost()
        let ending = Lock<QuestionEnding?>(nil)
    }

    private let feed: TurnFeed
    private let clock: any WorkClock
    private let open = Lock<[QuestionID: OpenQuestion]>([:])
    private let asking = OneAtATime()

    init(of feed: TurnFeed, by clock: any WorkClock) {
        self.feed = feed
        self.clock = clock
    }

    var all: [QuestionID] { open.withLock { Array($0.keys) } }
    var areOpen: Bool { open.withLock { !$0.isEmpty } }

    /// A person is asked one thing at a time, so that it is plain what a "1" answers: waits until what was asked before has
    /// ended.
    func oneAtATime(_ ask: () async throws -> Answer) async throws -> Answer { try await asking.run(ask) }

    /// Waits until somebody says how the question ended; nil when the time is over or the task is cancelled first.
    func ending(of question: QuestionID, within limit: Duration) async -> QuestionEnding? {
        let asked = OpenQuestion()
        open.withLock { $0[question] = asked }
        defer {
            // In this order: a turn that nobody is asked by any more has just been heard of.
            feed.noteActivity()
            open.withLock { $0[question] = nil }
        }
        _ = await asked.ended.isReached(within: limit, by: clock)
        return asked.ending.withLock { $0 }
    }

    func resolve(_ question: QuestionID, as ending: QuestionEnding) {
        guard let asked = open.withLock({ $0[question] }) else { return }
        asked.ending.withLock { $0 = ending }
        asked.ended.reach()
    }
}
