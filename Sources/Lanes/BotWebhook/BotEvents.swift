import JSON
package import Router
import System
import WeCom

/// Takes in what happens to a bot rather than what is said to it. WeCom lets an event be answered once, within five seconds, and
/// by what is of its kind alone.
package struct BotEvents: Sendable {
    private let intake: Intake
    private let store: any QuestionStore & FeedbackStore

    package init(intake: Intake, store: any QuestionStore & FeedbackStore) {
        self.intake = intake
        self.store = store
    }

    /// The one thing that may be shown in answer.
    enum Answer: Sendable {
        /// To a person who has come in.
        case greeting(BotReply)
        /// To a press on a card.
        case update(BotCardUpdate)

        var json: JSONValue {
            switch self {
            case .greeting(let reply): reply.json
            case .update(let update): update.json
            }
        }
    }

    /// Has an event accepted. Returns what is shown in answer; nil for nothing.
    func take(
        _ event: InboundEvent, of message: InboundMessage, document: [UInt8], to bot: App, noting record: CallbackRecord
    ) async throws -> Answer? {
        if case .bot(.feedback(let said)) = event {
            try await FeedbackIntake(store: store, record: record).take(said, in: message, to: bot)
            return nil
        }
        let acceptance = try await intake.accept(message, document: document, from: bot, answeredBy: [])
        CrashPoint.reach(.afterCommit)
        record.report(acceptance, of: message, to: bot, record.log(of: message, to: bot))
        switch event {
        case .bot(.enterChat): return greeting(of: bot, after: acceptance).map { .greeting($0) }
        case .templateCard(let click):
            guard let user = message.from, let card = try await card(after: click, acceptance, of: bot) else {
                return nil
            }
            return .update(BotCardUpdate(for: [user], card))
        default: return nil
        }
    }

    /// The greeting of a person who came in; nil where there is none for them, or they had it lately.
    private func greeting(of bot: App, after acceptance: Acceptance) -> BotReply? {
        guard acceptance.effect == .notice(.greeting), !acceptance.isRepeat else { return nil }
        let content = bot.conduct.greeting?.content
        return content?.card.map { .card($0) } ?? content?.words.map { .text($0) }
    }

    /// The card that was pressed with how its question ended in the place of its buttons; nil where nothing is to be said, and of a
    /// card that puts no question.
    private func card(
        after click: CardClick, _ acceptance: Acceptance, of bot: App
    ) async throws -> TemplateCard? {
        guard let task = click.taskID, QuestionID(task) != nil else { return nil }
        guard case .answer(let question) = acceptance.effect, let known = try await store.known(question) else {
            return AskedQuestion.strangeCard(task, saying: bot.texts)
        }
        return known.ending.flatMap { known.asked.card(task, showing: $0) }
    }
}
