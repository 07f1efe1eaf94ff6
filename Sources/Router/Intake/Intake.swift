import Lifecycle
import System
import Text
package import WeCom

/// Turns an inbound message into exactly one effect, durably.
package struct Intake: Sendable {
    private let store: any JobStore
    private let work: Wakeup
    private let outbox: Wakeup
    private let cancellations: Wakeup
    private let turns: RunningTurns
    private let files: SentFileQueue

    package init(
        store: any JobStore, work: Wakeup, outbox: Wakeup, cancellations: Wakeup, turns: RunningTurns,
        files: SentFileQueue
    ) {
        self.store = store
        self.turns = turns
        self.files = files
        self.cancellations = cancellations
        self.work = work
        self.outbox = outbox
    }

    /// Returns once the effect is on disk. `document` is the decrypted callback the message was read from; `ways` are those by
    /// which it can be answered, and `stream` the one in which its answer shows while it is written.
    package func accept(
        _ message: InboundMessage, document: [UInt8], from app: App, answeredBy ways: [Way] = [.app],
        shownIn stream: String? = nil
    ) async throws -> Acceptance {
        guard let user = message.from else { return Acceptance(.nothing(.counted)) }
        let address = ReplyAddress(message.chat.target(with: user), by: ways, shownIn: stream)
        let quotation = Quotation(of: message)
        func said(_ text: String, _ media: [SentMedia] = []) -> AcceptedMessage {
            AcceptedMessage(
                from: user, text: quotation.text + text, media: quotation.media + media, messageID: message.messageID,
                sentAt: message.createTime, replyAddress: address)
        }
        var words: AcceptedMessage?
        let request: Submission.Request
        switch Meaning(of: message.content, menu: app.conduct.menu) {
        case .nothing(.empty) where !quotation.isEmpty:
            let said = said("")
            words = said
            request = self.request(for: said, in: message.chat, to: app) { .job(app.request(for: said)) }
        case .nothing(.empty) where app.speech.answersCalls:
            let said = said("")
            request = self.request(for: said, in: message.chat, to: app) {
                .command(command(.help, for: said, in: message.chat, to: app))
            }
        case .nothing(let reason): return Acceptance(.nothing(reason))
        case .arrival:
            guard let greeting = greeting(of: user, from: app) else { return Acceptance(.nothing(.counted)) }
            request = .notice(greeting)
        case .message(let text, let media):
            let opening = app.conduct.commands.words(behindNewIn: text)
            let said = said(opening ?? text, media)
            words = said
            request = self.request(for: said, in: message.chat, to: app) {
                guard let name = opening == nil ? app.conduct.commands.command(in: text) : .new,
                    media.isEmpty || opening != nil
                else { return .job(app.request(for: said)) }
                var command = command(name, for: said, in: message.chat, to: app)
                if opening != nil { command.begin(with: app.request(for: said)) }
                if app.conduct.commands.isAmbiguous(name, in: text) { command.otherwise = app.request(for: said) }
                return .command(command)
            }
        case .click(let question, let place, let responseCode):
            request = .click(
                QuestionClick(
                    question: question, place: place, user: user, responseCode: responseCode,
                    isAnswered: app.speech.answersEvents))
        }
        var submission = Submission(
            key: DedupKey(of: message, document: document, to: app.endpoint),
            conversation: ConversationKey(endpoint: app.endpoint, peer: address.target.peer), request)
        submission.stream = stream
        if app.conduct.groupSessions == .perUser, message.chat.id != nil { submission.member = user }
        let acceptance = try await store.accept(submission, at: turns.clock.timestamp)
        wake(for: acceptance.effect, app)
        if let words, !acceptance.isRepeat, acceptance.effect.job != nil {
            files.add(words, to: app.endpoint, receivedAt: turns.clock.timestamp)
        }
        return acceptance
    }

    /// Leaves a trace of a genuine message that was too old when it came, once. It is accepted all the same if it comes again
    /// when our clock, or what counts as old, has been set right.
    package func noteTooOld(_ message: InboundMessage, document: [UInt8], from app: App) async throws {
        guard let user = message.from, case .message = Meaning(of: message.content, menu: app.conduct.menu) else {
            return
        }
        _ = try await store.accept(
            Submission(
                key: DedupKey(of: message, document: document, to: app.endpoint).ofRefusal,
                conversation: ConversationKey(endpoint: app.endpoint, user: user), .notice(Notice(.tooOld, nil))),
            at: turns.clock.timestamp)
    }

    /// Makes the request of somebody who may write; anybody else is refused.
    private func request(
        for message: AcceptedMessage, in chat: InboundMessage.Chat, to app: App, allowed: () -> Submission.Request
    ) -> Submission.Request {
        app.policy.verdict(on: message.sender, in: chat.id) == .refused
            ? .notice(app.refusal(to: message.replyAddress)) : allowed()
    }

    /// Commands go by everything that waits.
    private func command(
        _ command: ChatCommand, for message: AcceptedMessage, in chat: InboundMessage.Chat, to app: App
    ) -> CommandRequest {
        var request = CommandRequest(command, from: message.replyAddress, within: app.speech) { [turns] result in
            app.texts.words(for: result, app.conduct.commands, within: app.speech, at: turns.clock.timestamp) {
                turns.feed(of: $0)?.snapshot.progress
            }
        }
        if chat.id != nil { request.caller = message.sender }
        request.messagesPerMinute = app.messagesPerMinute
        return request
    }

    private func greeting(of user: UserID, from app: App) -> Notice? {
        guard let greeting = app.conduct.greeting, app.policy.verdict(on: user) != .refused else { return nil }
        let part = Part(to: .user(user), .message(greeting.content))
        var notice = Notice(.greeting, part, atMostOncePer: greeting.atMostOncePer)
        notice.isAnswer = app.speech.answersEvents
        return notice
    }

    private func wake(for effect: Effect, _ app: App) {
        switch effect {
        case .job, .appended:
            work.signal()
            if app.conduct.whileBusy == .interrupt { cancellations.signal() }
        case .command(let name):
            outbox.signal()
            if name == .stop { cancellations.signal() }
            if name == .stop || name == .retry || name == .queue { work.signal() }
        case .answer:
            outbox.signal()
            cancellations.signal()
        case .notice: outbox.signal()
        case .nothing: break
        }
    }
}

extension App {
    fileprivate func request(for message: AcceptedMessage) -> JobRequest {
        var request = JobRequest(
            message, refusal: Notice(.tooMuch, Part(to: message.replyAddress, saying: texts.tooMuch)))
        request.whileBusy = conduct.whileBusy
        request.mergeWindow = conduct.mergeWindow
        request.messagesPerMinute = messagesPerMinute
        return request
    }

    /// nil: as many as they like.
    fileprivate var messagesPerMinute: Int? {
        conduct.memberLimits.inPerMinute > 0 ? conduct.memberLimits.inPerMinute : nil
    }

    /// The answer to somebody who may not write: where they wrote, or not at all. Their message opens no other way.
    package func refusal(to address: ReplyAddress) -> Notice {
        Notice(.refusal, Part(to: address.byFirstWay, saying: texts.refused))
    }
}

extension InboundMessage.Chat {
    /// The group chat, if it is one.
    fileprivate var id: ChatID? { if case .group(let id) = self { id } else { nil } }

    /// Whom an answer to `user` goes to.
    fileprivate func target(with user: UserID) -> ReplyAddress.Target { id.map { .chat($0) } ?? .user(user) }
}

extension ConversationKey {
    /// The conversation with `endpoint` in which a message was written; nil of one that nobody wrote.
    package init?(_ endpoint: Endpoint, of message: InboundMessage) {
        guard let user = message.from else { return nil }
        self.init(endpoint: endpoint, peer: message.chat.target(with: user).peer)
    }
}
