import JSON
import Lifecycle
import Observability
import System
import WeCom

extension TurnAttendance {
    func ask(_ question: Question) async throws -> Answer {
        guard !question.options.isEmpty, question.options.count <= Question.maxOptions else {
            throw AgentFailure(.config, "the agent asked a question with \(question.options.count) options")
        }
        guard let address = running.job.messages.last?.replyAddress else { throw CancellationError() }
        return try await running.questions.oneAtATime { try await ask(question, at: address) }
    }

    private func ask(_ question: Question, at address: ReplyAddress) async throws -> Answer {
        let asked = AskedQuestion(
            question, to: address, as: asking.style(of: question, to: address.target), saying: asking.texts,
            within: asking.app.speech)
        guard let id = try await store.ask(asked, for: running.job.lease, at: running.clock.timestamp) else {
            throw CancellationError()
        }
        outbox.signal()
        log.info("the agent asks", ["question": .string(id.description)])
        return try answer(try await ending(of: id, isKept: question.key != nil), to: question)
    }

    private func ending(of id: QuestionID, isKept: Bool) async throws -> QuestionEnding {
        if let known = try await store.endings(of: [id])[id] { return known }
        if let ending = await running.questions.ending(of: id, within: asking.time) { return ending }
        // It is found again when the turn goes on.
        if Task.isCancelled, isKept, goesOnLater { throw CancellationError() }
        let ending: QuestionEnding = Task.isCancelled ? .withdrawn : .expired
        // The card has to show it even though nobody waits here any more.
        let final = try await throughCancellation {
            if try await store.close(id, as: ending, at: running.clock.timestamp) { return ending }
            return try await store.endings(of: [id])[id] ?? ending
        }
        outbox.signal()
        return final
    }

    private func answer(_ ending: QuestionEnding, to question: Question) throws -> Answer {
        log.info("the question has ended", ["how": .string(ending.word)])
        switch ending {
        case .answered(let places, let user):
            let ids = places.filter(question.options.indices.contains).map { question.options[$0].id }
            return .chosen(ids, by: UserID(user))
        case .expired: return .expired
        case .withdrawn, .lapsed: throw CancellationError()
        }
    }
}

extension QuestionEnding {
    /// The ending as logs have it.
    fileprivate var word: String {
        guard case .answered(let places, _) = self else { return state }
        return "answered with option \(places.map { String($0 + 1) }.joined(separator: ", "))"
    }
}
