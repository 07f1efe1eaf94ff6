import Crypto
import HTTP
import JSON
import System
import Text
package import WeCom

extension FakeWeCom {
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
        SealedMedia(kind, at: keep(bot.keys.mediaKey.seal(file), named: name))
    }

    /// Keeps a sealed file, and returns its address.
    func keep(_ sealed: [UInt8], named name: String) -> String {
        let id = randomBytes(12).hexText
        api.state.withLock { $0.sealedFiles.keep(sealed, named: name, as: id, at: clock.now) }
        return base + FakeAPI.sealedFilesPath + id
    }

    /// Gives a file that a person sent to a bot no more, whatever time it has left.
    package func drop(_ media: SealedMedia) {
        guard let id = media.url.after(base + FakeAPI.sealedFilesPath) else { return }
        api.state.withLock { $0.sealedFiles.drop(String(id)) }
    }

    /// Opens a file that was sealed here, by the key that came with it or else by the bot's; nil of one that is gone.
    package func open(_ sealed: SealedMedia, for bot: FakeBot?) -> (name: String, bytes: [UInt8])? {
        guard let id = sealed.url.after(base + FakeAPI.sealedFilesPath),
            let file = api.state.withLock({ $0.sealedFiles.file(String(id), at: clock.now) }),
            let key = sealed.key.map({ try? MediaKey($0) }) ?? bot?.keys.mediaKey,
            let bytes = try? key.open(file.content)
        else { return nil }
        return (file.name, bytes)
    }

    /// Has a person open the chat with a bot, which hears of it once a day.
    @discardableResult
    package func enter(
        _ bot: FakeBot, as user: UserID, trying: @Sendable (CallbackTry) -> Void = { _ in }
    ) async -> Bubble? {
        guard entries.withLock({ $0.enter(bot.id, user, at: clock.wall) }) else { return nil }
        var message = message(.event(.bot(.enterChat)), from: user, in: .single, to: bot)
        message.responseURL = nil
        return await post(message, to: bot, asking: .zero, trying: trying)
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
        api.state.withLock { $0.responses.issue(code, to: bot, chat, user, at: clock.now) }
        return InboundMessage(
            corp: nil, sender: .member(user), createTime: Timestamp(seconds: clock.wall.seconds), agentID: nil,
            messageID: newMessageID(), content: content, botID: bot, chat: chat,
            responseURL: Secret("\(base)/cgi-bin/aibot/response?response_code=\(code)"))
    }

    func newMessageID() -> String { "CAIQ" + randomBytes(12).hexText }

    /// Posts a message and follows its reply to the end.
    @discardableResult
    package func post(
        _ message: InboundMessage, to bot: FakeBot, asking interval: Duration,
        trying: @Sendable (CallbackTry) -> Void = { _ in }, watching: @Sendable (Bubble) -> Void = { _ in }
    ) async -> Bubble? {
        let life = webhookRules.streamLife
        if let refused = refusal(of: message, openFor: life) { return refused }
        defer { interactions.withLock { $0.end(message) } }
        var bubble = Bubble(bot: bot.id, chat: message.chat)
        (bubble.answered, bubble.user) = (message.messageID, message.chat == .single ? message.from : nil)
        let began = clock.now
        do throws(BotAnswerFault) {
            guard let first = try await deliver(message, to: bot, on: message.occasion, trying) else { return nil }
            (bubble.stream, bubble.feedback) = (first.stream, first.feedback)
            try show(first, in: &bubble, after: message, watching)
            while !bubble.isFinished, let stream = first.stream, clock.now.since(began) < life {
                if (try? await Task.sleep(for: interval)) == nil { break }
                bubble.polls += 1
                guard let next = try await ask(poll(of: stream, message), of: bot) else { continue }
                guard next.stream == stream else { throw BotAnswerFault("the answer is about another stream") }
                try show(next, in: &bubble, after: message, watching)
            }
        } catch {
            bubble.fault = error.description
        }
        transcript.add(bubble)
        return bubble
    }

    private func show(
        _ answer: BotAnswer, in bubble: inout Bubble, after message: InboundMessage,
        _ watching: @Sendable (Bubble) -> Void
    ) throws(BotAnswerFault) {
        guard try take(answer, into: &bubble, after: message) else { return }
        watching(bubble)
        transcript.show(bubble)
    }

    /// Takes an answer, with the card that is in it. False if nothing is new.
    private func take(
        _ answer: BotAnswer, into bubble: inout Bubble, after message: InboundMessage
    ) throws(BotAnswerFault) -> Bool {
        let isNew = bubble.show(answer)
        do throws(Refusal) {
            if case .event(.templateCard(let click)) = message.content {
                bubble.card = try BotCardDesk.update(answer.json, ofTask: click.taskID)
            } else if answer.hasCard {
                let (bot, chat) = (bubble.bot, bubble.chat)
                bubble.card = try api.state.withLock { state throws(Refusal) in
                    try state.botCards.take(
                        answer.json["template_card"], of: bot, in: chat,
                        below: answer.stream == nil ? nil : message.messageID)
                }
            } else {
                return isNew
            }
        } catch {
            throw BotAnswerFault("\(error.code) \(error.message)")
        }
        return true
    }

    private func poll(of stream: String, _ message: InboundMessage) -> JSONValue {
        guard case .object(let members) = message.json else { return .null }
        let kept = members.filter { ["aibotid", "chatid", "chattype", "from"].contains($0.name) }
        return .object(
            [.init("msgid", .string(randomBytes(12).hexText))] + kept + [
                .init("msgtype", "stream"), .init("stream", ["id": .string(stream)]),
            ])
    }
}

extension Bubble {
    /// False if nothing is new.
    fileprivate mutating func show(_ answer: BotAnswer) -> Bool {
        let isNew = texts.last != answer.text || answer.isFinished
        if texts.last != answer.text { texts.append(answer.text) }
        (isFinished, pictures) = (answer.isFinished, answer.pictures)
        return isNew
    }
}

extension InboundMessage {
    fileprivate var occasion: BotAnswer.Occasion {
        switch content {
        case .event(.bot(.enterChat)): .entered
        case .event(.templateCard): .pressed
        case .event: .other
        default: .message
        }
    }
}
