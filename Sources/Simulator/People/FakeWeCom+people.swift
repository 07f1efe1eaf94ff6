import Crypto
package import HTTP
package import System
import Text
package import WeCom

extension FakeWeCom {
    /// The number of times that WeCom posts a callback that nobody acknowledged, the first included.
    package static let callbackTries = 4

    /// Has a person say something to an app: sealed, signed, posted, and posted again when no 200 came within five
    /// seconds. Returns the tries; the last is acknowledged or WeCom has given up.
    @discardableResult
    package func say(
        _ text: String, as user: UserID, to app: FakeApp, patience: Duration = .seconds(5)
    ) async -> [CallbackTry] {
        await send(.text(text), as: user, to: app, patience: patience)
    }

    /// Has a person send anything else: a picture, a place, a click on a card. Events have no id.
    @discardableResult
    package func send(
        _ content: InboundMessage.Content, as user: UserID, to app: FakeApp, patience: Duration = .seconds(5),
        trying: @Sendable (CallbackTry) -> Void = { _ in }
    ) async -> [CallbackTry] {
        await post(message(content, from: user, to: app), to: app, patience: patience, trying: trying)
    }

    /// Makes the message that WeCom would post, to be posted as often as one likes: a repeat is the same to the byte before
    /// it is sealed.
    package func message(
        _ content: InboundMessage.Content, from user: UserID, to app: FakeApp
    ) -> InboundMessage {
        changeCorp(app.corpID) { $0.note(user) }
        return InboundMessage(
            corp: app.corpID, sender: .member(user), createTime: Timestamp(seconds: clock.wall.seconds),
            agentID: app.agentID, messageID: content.type == "event" ? nil : nextMessageID(), content: content)
    }

    private func nextMessageID() -> String {
        messageIDs.withLock { ids in
            ids += 1
            return String(ids)
        }
    }

    /// Posts a callback as WeCom does; `trying` hears of each try when it is over.
    @discardableResult
    package func post(
        _ message: InboundMessage, to app: FakeApp, patience: Duration = .seconds(5),
        trying: @Sendable (CallbackTry) -> Void = { _ in }
    ) async -> [CallbackTry] {
        var tries: [CallbackTry] = []
        let rules = callbackRules
        for attempt in 1...max(1, rules.deliveries) {
            let began = MonotonicTime.now
            let made = await postOnce(message, to: app, attempt: attempt, patience: patience)
            tries.append(made)
            transcript.add(made)
            trying(made)
            showReply(in: made, to: message, of: app)
            let isRefused = made.status != nil && !rules.repeatsWhatIsRefused
            if made.isAcknowledged || isRefused || Task.isCancelled { break }
            try? await Task.sleep(for: max(.zero, patience - MonotonicTime.now.since(began)))
        }
        if tries.last?.isAcknowledged == false { wire.noteGivingUp(message) }
        return tries
    }

    private func postOnce(
        _ message: InboundMessage, to app: FakeApp, attempt: Int, patience: Duration
    ) async -> CallbackTry {
        let request = FakeWeCom.callback(
            of: message, to: app, at: callbackURL(of: app), sealed: clock.wall,
            misspellingOptions: callbackRules.misspellsOptions)
        var options = HTTPRequestOptions()
        options.totalTimeout = patience
        let began = MonotonicTime.now
        let response = try? await transport.send(request, options)
        return CallbackTry(
            user: message.from ?? UserID("sys"), attempt: attempt, status: response?.status.code,
            body: response?.bytes ?? [], took: MonotonicTime.now.since(began))
    }

    /// The request that carries a message: sealed and signed anew each time, as WeCom's repeats are.
    package static func callback(
        of message: InboundMessage, to app: FakeApp, at url: String, sealed time: Timestamp = .now,
        misspellingOptions: Bool = false
    ) -> HTTPRequest {
        let sealed = app.keys.seal(
            message: misspellingOptions ? message.misspelt : message.xml, receiver: app.corpID.text,
            timestamp: String(time.seconds), nonce: nonce())
        let envelope = Envelope(toUserName: app.corpID.text, agentID: app.agentID, encrypted: sealed.encrypted)
        return HTTPRequest(
            .post, "\(url)?\(sealed.query)", headers: ["Content-Type": "text/xml"], body: envelope.xml)
    }

    /// Checks the callback URL as the admin console does when somebody presses Save. True if the echo came back right.
    package func verifyURL(of app: FakeApp) async -> Bool {
        let echo = nonce()
        let sealed = app.keys.seal(
            message: Array(echo.utf8), receiver: app.corpID.text, timestamp: String(clock.wall.seconds),
            nonce: nonce())
        var options = HTTPRequestOptions()
        options.totalTimeout = .seconds(1)
        let response = try? await transport.send(
            HTTPRequest(.get, "\(callbackURL(of: app))?\(sealed.verificationQuery)"), options)
        return response?.status == .ok && response?.bytes == Array(echo.utf8)
    }
}

extension InboundMessage {
    /// The document as older pages of WeCom's have it.
    fileprivate var misspelt: [UInt8] {
        guard case .event(.templateCard) = content else { return xml }
        let mark = "<SelectedItems>"
        guard let (before, chosen) = String(decoding: xml, as: UTF8.self).cut(around: mark) else { return xml }
        let misspelt = String(chosen).replacing(word: "<OptionId", by: "<OpitonId")
            .replacing(word: "</OptionId", by: "</OpitonId")
        return Array("\(before)\(mark)\(misspelt)".utf8)
    }
}

/// Digits, as WeCom's nonces and echo texts are.
private func nonce() -> String {
    String(randomBytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
}
