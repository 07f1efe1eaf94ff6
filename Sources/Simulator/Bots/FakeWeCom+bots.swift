import Crypto
package import HTTP
package import JSON
import System
import Text
package import WeCom

extension FakeWeCom {
    /// WeCom asks so long how far a stream has come.
    private static let longestStream = Duration.seconds(360)

    /// Has a person say something to a bot, in a group if `chat` is one, and shows its reply as it grows: WeCom asks again
    /// `interval` after each answer, until the reply ends. `watching` sees each change. Returns what was shown; nil for nothing.
    @discardableResult
    package func say(
        _ text: String, as user: UserID, in chat: InboundMessage.Chat = .single, to bot: FakeBot,
        asking interval: Duration = .seconds(1), watching: @Sendable (Bubble) -> Void = { _ in }
    ) async -> Bubble? {
        await post(
            message(.text(text), from: user, in: chat, to: bot), to: bot, asking: interval, watching: watching)
    }

    /// Puts a file where WeCom has those that people send to a bot, sealed by its key. Returns what stands for it in a message.
    package func seal(_ file: [UInt8], named name: String, as kind: SealedMedia.Kind, for bot: FakeBot) -> SealedMedia {
        let id = randomBytes(12).hexText
        let sealed = bot.keys.mediaKey.seal(file)
        api.state.withLock { $0.sealedFiles.keep(sealed, named: name, as: id, at: clock.now) }
        return SealedMedia(kind, at: base + FakeAPI.sealedFilesPath + id)
    }

    /// Has a person open the chat with a bot.
    @discardableResult
    package func enter(_ bot: FakeBot, as user: UserID) async -> Bubble? {
        var message = message(.event(.bot(.enterChat)), from: user, in: .single, to: bot)
        message.responseURL = nil
        return await post(message, to: bot, asking: .zero)
    }

    /// Makes the message that WeCom would post, to be posted as often as one likes.
    package func message(
        _ content: InboundMessage.Content, from user: UserID, in chat: InboundMessage.Chat, to bot: FakeBot
    ) -> InboundMessage { message(content, from: user, in: chat, to: bot.id) }

    /// The same for a bot of either kind.
    package func message(
        _ content: InboundMessage.Content, from user: UserID, in chat: InboundMessage.Chat, to bot: BotID
    ) -> InboundMessage {
        let code = randomBytes(16).hexText
        api.state.withLock { $0.responses.issue(code, to: bot, chat, at: clock.now) }
        return InboundMessage(
            corp: nil, sender: .member(user), createTime: Timestamp(seconds: clock.wall.seconds), agentID: nil,
            messageID: "CAIQ" + randomBytes(12).hexText, content: content, botID: bot, chat: chat,
            responseURL: Secret("\(base)/cgi-bin/aibot/response?response_code=\(code)"))
    }

    /// Posts a message and follows its reply to the end.
    @discardableResult
    package func post(
        _ message: InboundMessage, to bot: FakeBot, asking interval: Duration,
        watching: @Sendable (Bubble) -> Void = { _ in }
    ) async -> Bubble? {
        var bubble = Bubble(bot: bot.id, chat: message.chat)
        bubble.answered = message.messageID
        let occasion: BotAnswer.Occasion =
            if case .event(.bot(.enterChat)) = message.content { .entered } else if case .event = message.content {
                .other
            } else { .message }
        let began = clock.now
        do throws(BotAnswerFault) {
            guard let first = try await exchange(message.json, with: bot, on: occasion) else { return nil }
            bubble.stream = first.stream
            if bubble.show(first) { watching(bubble) }
            while !bubble.isFinished, let stream = first.stream, clock.now.since(began) < FakeWeCom.longestStream {
                if (try? await Task.sleep(for: interval)) == nil { break }
                bubble.polls += 1
                guard let next = try await exchange(poll(of: stream, message, bot), with: bot, on: .poll) else {
                    continue
                }
                guard next.stream == stream else { throw BotAnswerFault("the answer is about another stream") }
                if bubble.show(next) { watching(bubble) }
            }
        } catch {
            bubble.fault = error.description
        }
        transcript.add(bubble)
        return bubble
    }

    private func poll(of stream: String, _ message: InboundMessage, _ bot: FakeBot) -> JSONValue {
        guard case .object(let members) = message.json else { return .null }
        let kept = members.filter { ["aibotid", "chatid", "chattype", "from"].contains($0.name) }
        return .object(
            [.init("msgid", .string(randomBytes(12).hexText))] + kept + [
                .init("msgtype", "stream"), .init("stream", ["id": .string(stream)]),
            ])
    }

    /// Posts a document to a bot: a message three times, where no answer comes within five seconds. A question how far a stream has
    /// come is put again soon enough; without an answer it is nil. Throws what is wrong with the answer.
    private func exchange(
        _ document: JSONValue, with bot: FakeBot, on occasion: BotAnswer.Occasion
    ) async throws(BotAnswerFault) -> BotAnswer? {
        var options = HTTPRequestOptions()
        options.totalTimeout = .seconds(5)
        options.maxBodySize = 200 << 20
        var status: Int?
        for _ in 1...(occasion == .poll ? 1 : 3) {
            let (request, callback) = callback(of: document, to: bot)
            let response = try? await transport.send(request, options)
            status = response?.status.code
            guard let response, response.status == .ok else { continue }
            return try BotAnswer(response.bytes, to: callback, of: bot, on: occasion)
        }
        if occasion == .poll, status == nil || status == 503 { return nil }
        throw BotAnswerFault(status.map { "HTTP \($0)" } ?? "no answer")
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
}

extension Bubble {
    /// False if nothing is new.
    fileprivate mutating func show(_ answer: BotAnswer) -> Bool {
        let isNew = texts.last != answer.text || answer.isFinished
        if texts.last != answer.text { texts.append(answer.text) }
        isFinished = answer.isFinished
        return isNew
    }
}
