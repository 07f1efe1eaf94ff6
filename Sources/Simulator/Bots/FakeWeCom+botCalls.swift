import Crypto
package import HTTP
package import JSON
import System
import Text
package import WeCom

// The calls that WeCom makes to bots by webhook.

extension FakeWeCom {
    /// Posts a message or an event, and again where no answer comes in time. Throws what is wrong with the answer.
    func deliver(
        _ message: InboundMessage, to bot: FakeBot, on occasion: BotAnswer.Occasion,
        _ trying: @Sendable (CallbackTry) -> Void
    ) async throws(BotAnswerFault) -> BotAnswer? {
        var last: CallbackTry?
        // A press on a card comes once.
        for attempt in 1...1 + (occasion == .pressed ? 0 : webhookRules.redeliveries) {
            let began = MonotonicTime.now
            let (response, callback) = await exchange(message.json, with: bot)
            let made = CallbackTry(
                user: message.from ?? UserID("sys"), attempt: attempt, status: response?.status.code,
                body: response?.bytes ?? [], took: MonotonicTime.now.since(began))
            transcript.add(made)
            trying(made)
            if made.isAcknowledged { return try BotAnswer(made.body, to: callback, of: bot, on: occasion) }
            last = made
        }
        wire.noteGivingUp(message)
        throw BotAnswerFault(last?.status.map { "HTTP \($0)" } ?? "no answer")
    }

    /// Asks how far a stream has come. Without an answer it is nil: it is asked again soon enough.
    func ask(_ poll: JSONValue, of bot: FakeBot) async throws(BotAnswerFault) -> BotAnswer? {
        let (response, callback) = await exchange(poll, with: bot)
        guard let response, response.status != .serviceUnavailable else { return nil }
        guard response.status == .ok else { throw BotAnswerFault("HTTP \(response.status.code)") }
        return try BotAnswer(response.bytes, to: callback, of: bot, on: .poll)
    }

    private func exchange(
        _ document: JSONValue, with bot: FakeBot
    ) async -> (response: HTTPResponse?, callback: Callback) {
        var options = HTTPRequestOptions()
        options.totalTimeout = webhookRules.patience
        options.maxBodySize = 200 << 20
        let (request, callback) = callback(of: document, to: bot)
        return (try? await transport.send(request, options), callback)
    }

    /// The request that carries a document, sealed and signed anew each time.
    package func callback(
        of document: JSONValue, to bot: FakeBot
    ) -> (request: HTTPRequest, callback: Callback) {
        let sealed = bot.keys.seal(
            message: document.bytes, receiver: "", timestamp: String(clock.wall.seconds), nonce: randomBytes(8).hexText)
        let url = "\(callbackURL(of: bot))?\(sealed.query)"
        let body = Envelope(toUserName: nil, agentID: nil, encrypted: sealed.encrypted).json
        return (HTTPRequest(.post, url, headers: ["Content-Type": "application/json"], body: body), sealed)
    }

    /// Checks the callback URL as the console does when somebody presses Save. True if the echo came back right.
    package func verifyURL(of bot: FakeBot) async -> Bool {
        let echo = "6534946348215556778"
        let sealed = bot.keys.seal(
            message: Array(echo.utf8), receiver: "", timestamp: String(clock.wall.seconds),
            nonce: randomBytes(8).hexText)
        var options = HTTPRequestOptions()
        options.totalTimeout = .seconds(1)
        let response = try? await transport.send(
            HTTPRequest(.get, "\(callbackURL(of: bot))?\(sealed.verificationQuery)"), options)
        return response?.status == .ok && response?.bytes == Array(echo.utf8)
    }

    /// Sets the URL to which a bot's callbacks go from now on.
    package func setCallbackURL(_ url: String, of bot: FakeBot) { botURLs.withLock { $0[bot.id] = url } }

    private func callbackURL(of bot: FakeBot) -> String { botURLs.withLock { $0[bot.id] } ?? bot.callbackURL }

    /// The notice that a person sees in place of an answer, where too many messages of theirs are open; nil otherwise.
    func refusal(of message: InboundMessage, openFor life: Duration) -> Bubble? {
        let isTaken = interactions.withLock { $0.begin(message, at: clock.now, for: life) }
        guard !isTaken, let bot = message.botID else { return nil }
        var bubble = Bubble(bot: bot, chat: message.chat)
        bubble.notice = "消息未送达：还有问题等待机器人回答，请稍后再试"
        transcript.add(bubble)
        return bubble
    }
}
