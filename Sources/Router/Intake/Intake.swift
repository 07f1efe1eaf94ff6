import System
package import WeCom

/// Turns an inbound message into exactly one effect, durably.
package struct Intake: Sendable {
    private let store: any JobStore
    private let work: Wakeup
    private let outbox: Wakeup
    private let cancellations: Wakeup
    private let texts: ChatTexts

    package init(
        store: any JobStore, work: Wakeup, outbox: Wakeup, cancellations: Wakeup = Wakeup(), texts: ChatTexts = .init()
    ) {
        self.store = store
        self.cancellations = cancellations
        self.work = work
        self.outbox = outbox
        self.texts = texts
    }

    /// Returns once the effect is on disk. `document` is the decrypted callback the message was read from.
    package func accept(_ message: InboundMessage, document: [UInt8], from app: App) async throws -> Acceptance {
        guard let user = message.from, case .text(let text) = message.content else {
            return Acceptance(.nothing(.notAnswered))
        }
        guard app.policy.allows(user) else { return Acceptance(.nothing(.notAllowed)) }
        guard text.contains(where: { !$0.isWhitespace }) else { return Acceptance(.nothing(.empty)) }
        let acceptance = try await store.accept(
            Submission(
                key: DedupKey(of: message, document: document, to: app.key),
                conversation: ConversationKey(app: app.key, user: user),
                message: AcceptedMessage(
                    text: text, messageID: message.messageID, sentAt: message.createTime, replyAddress: .user(user)),
                refusal: Part(to: .user(user), texts.tooManyWaiting),
                whileBusy: app.conduct.whileBusy, mergeWindow: app.conduct.mergeWindow),
            at: .steady)
        switch acceptance.effect {
        case .job, .appended:
            work.signal()
            if app.conduct.whileBusy == .interrupt { cancellations.signal() }
        case .nothing(.tooManyWaiting): outbox.signal()
        case .nothing: break
        }
        return acceptance
    }
}
