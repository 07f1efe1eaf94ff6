import JSON
import Observability
package import Router
import System
import WeCom

/// Takes in what people think of answers: durably, counted, each with a line in the log.
package struct FeedbackIntake: Sendable {
    private let store: any FeedbackStore
    private let record: CallbackRecord

    package init(store: any FeedbackStore, record: CallbackRecord) {
        self.store = store
        self.record = record
    }

    /// Returns once it is on disk. What is about no answer that was given in that chat changes nothing.
    func take(_ feedback: BotFeedback, in event: InboundMessage, to bot: App) async throws {
        let log = record.log(of: event, to: bot)
        let said = JobFeedback(
            of: event.from, at: event.createTime, feedback.verdict, reasons: feedback.reasons,
            comment: feedback.comment)
        var effect = FeedbackEffect.unknownAnswer
        let job = FeedbackID.job(of: feedback.id)
        if let job { effect = try await store.keep(said, on: job, of: bot.endpoint, with: event.peer) }
        record.metrics.count(feedback.verdict, effect, in: event, to: bot)
        switch effect {
        case .kept:
            log.info("an answer is rated", [.job: job.map { .string("\($0)") }, "verdict": .string(said.verdict.word)])
        case .known: log.info("a repeat of what was said of an answer", [.job: job.map { .string("\($0)") }])
        case .unknownAnswer: log.info("what is said of an answer is passed over: there is none of that id in that chat")
        }
    }
}

extension InboundMessage {
    /// The conversation in which it happened; nil of a single chat where WeCom does not tell with whom.
    fileprivate var peer: Peer? {
        switch chat {
        case .group(let id): .chat(id)
        case .single: from.map { .user($0) }
        }
    }
}
