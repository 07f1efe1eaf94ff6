import JSON
import System
import WeCom

// What a bot says over its connection, and what people see of it.

extension FakeBotSockets {
    /// The time that an event leaves for its one answer.
    private static let eventAnswer = Duration.seconds(5)
    private static let messageAnswer = Duration.seconds(24 * 3600)

    // MARK: Answers

    func respond(_ command: FakeBotCommand, of bot: BotID, _ number: Int) throws(Refusal) -> JSONValue {
        let exchange = try exchange(command.id, of: bot, .message)
        guard !rules.bindsRequests || exchange.socket == number else { throw .badRequestID }
        guard clock.now.since(exchange.began) < Self.messageAnswer else { throw .badRequestID }
        if command.body["msgtype"]?.string == "stream" {
            try show(command.body["stream"] ?? .null, command.id, exchange)
        } else {
            try count(bot, exchange.peer)
            var bubble = try bubble(command.body, of: bot, in: exchange.chat, taking: Self.sealed)
            (bubble.answered, bubble.user) = (exchange.message.messageID, exchange.peer?.user)
            exchange.watching(bubble)
            transcript.add(bubble)
            settle(command.id, exchange)
        }
        return .success()
    }

    /// Puts the whole text so far in the place of what the stream showed.
    private func show(_ frame: JSONValue, _ id: String, _ exchange: Exchange) throws(Refusal) {
        guard let stream = frame["id"]?.string, !stream.isEmpty else { throw Refusal(40058, "stream.id missing") }
        let text = try words(frame["content"], mayBeEmpty: true)
        let isLast = frame["finish"]?.bool ?? false
        let feedback = try feedbackID(in: frame)
        var shown: Shown
        if let known = state.withLock({ $0.exchanges[id]?.streams[stream] }) {
            shown = known
        } else {
            try count(exchange.bot, exchange.peer)
            var bubble = Bubble(bot: exchange.bot, chat: exchange.chat)
            (bubble.answered, bubble.stream) = (exchange.message.messageID, stream)
            bubble.user = exchange.peer?.user
            // What comes later does not count.
            bubble.feedback = feedback
            shown = Shown(bubble: bubble, began: clock.now)
        }
        let change = shown.change(to: text, isLast: isLast, at: clock.now, within: rules.streamLife)
        state.withLock { $0.exchanges[id]?.streams[stream] = shown }
        if change == .shown || change == .expired { exchange.watching(shown.bubble) }
        if change == .expired || change == .shown && isLast {
            transcript.add(shown.bubble)
            settle(id, exchange)
        } else if change == .shown {
            transcript.show(shown.bubble)
        }
        if change == .expired || change == .refused {
            let minutes = rules.streamLife.components.seconds / 60
            throw Refusal(846_608, "stream message update expired (>\(minutes) minutes), cannot update")
        }
    }

    /// A stream that is opened counts, and what it shows then does not.
    private func count(_ bot: BotID, _ peer: BotPeer?) throws(Refusal) {
        let isAllowed = state.withLock { $0.count(bot, peer, at: clock.now) }
        guard isAllowed else { throw .tooOften }
    }

    func welcome(_ command: FakeBotCommand, of bot: BotID) throws(Refusal) -> JSONValue {
        let exchange = try answerOnce(command, of: bot, .enter)
        try count(bot, exchange.peer)
        var bubble = try bubble(command.body, of: bot, in: exchange.chat, taking: ["text", "template_card"])
        bubble.user = exchange.peer?.user
        exchange.watching(bubble)
        transcript.add(bubble)
        return .success()
    }

    func updateCard(_ command: FakeBotCommand, of bot: BotID) throws(Refusal) -> JSONValue {
        let exchange = try answerOnce(command, of: bot, .click)
        var bubble = Bubble(bot: bot, chat: exchange.chat)
        bubble.card = try BotCardDesk.update(command.body, ofTask: exchange.task)
        bubble.user = exchange.peer?.user
        bubble.isFinished = true
        transcript.add(bubble)
        return .success()
    }

    private func answerOnce(
        _ command: FakeBotCommand, of bot: BotID, _ kind: Exchange.Kind
    ) throws(Refusal) -> Exchange {
        let exchange = try exchange(command.id, of: bot, kind)
        guard !exchange.isAnswered, clock.now.since(exchange.began) < Self.eventAnswer else { throw .badRequestID }
        state.withLock { $0.exchanges[command.id]?.isAnswered = true }
        return exchange
    }

    private func exchange(_ id: String, of bot: BotID, _ kind: Exchange.Kind) throws(Refusal) -> Exchange {
        guard let exchange = state.withLock({ $0.exchanges[id] }), exchange.bot == bot, exchange.kind == kind else {
            throw .badRequestID
        }
        return exchange
    }

    // MARK: Messages of its own

    func push(_ body: JSONValue, of bot: BotID) throws(Refusal) -> JSONValue {
        let id = body["chatid"]?.string ?? ""
        guard !id.isEmpty else { throw Refusal(93006, "invalid chatid") }
        let (user, group) = (BotPeer.user(UserID(id)), BotPeer.group(ChatID(id)))
        let known = state.withLock { state in
            [user, group].filter { state.contacts.contains(Contact(bot: bot, peer: $0)) }
        }
        let peer: BotPeer? =
            switch body["chat_type"]?.integer {
            case 1: user
            case 2: group
            // The wrong one for a person, as WeCom does it.
            default: known.last
            }
        guard let peer, known.contains(peer) else { throw Refusal(93001, "no permission to send to this chat") }
        let chat: InboundMessage.Chat = if case .group(let chat) = peer { .group(chat) } else { .single }
        if chat != .single, rules.takesNoPushInGroups { throw Refusal(600_039, "not allowed to send to a group") }
        try count(bot, peer)
        var bubble = try bubble(body, of: bot, in: chat, taking: Self.sealed)
        bubble.user = peer.user
        transcript.add(bubble)
        interactions.withLock { $0.endOldest(of: bot, with: peer) }
        return .success()
    }

    // MARK: Bubbles

    private static let sealed = ["markdown", "template_card"] + UploadKind.allCases.map(\.rawValue)

    private func bubble(
        _ body: JSONValue, of bot: BotID, in chat: InboundMessage.Chat, taking types: [String]
    ) throws(Refusal) -> Bubble {
        let type = body["msgtype"]?.string ?? ""
        guard types.contains(type) else { throw Refusal(40008, "invalid message type") }
        if type == "template_card" { return try card(body, of: bot, in: chat) }
        var bubble = Bubble(bot: bot, chat: chat)
        bubble.isFinished = true
        let content = body[type] ?? .null
        if let kind = UploadKind(rawValue: type) {
            let media = content["media_id"]?.string ?? ""
            bubble.file = try state.withLock { state throws(Refusal) in
                try state.uploads.file(media, as: kind, bot, clock.now)
            }
        } else {
            bubble.texts = [try words(content["content"])]
            bubble.feedback = try feedbackID(in: content)
        }
        return bubble
    }

    private func card(
        _ body: JSONValue, of bot: BotID, in chat: InboundMessage.Chat
    ) throws(Refusal) -> Bubble {
        var bubble = Bubble(bot: bot, chat: chat)
        bubble.card = try state.withLock { state throws(Refusal) in
            try state.cards.take(body["template_card"], of: bot, in: chat)
        }
        bubble.isFinished = true
        return bubble
    }

    private func words(_ value: JSONValue?, mayBeEmpty: Bool = false) throws(Refusal) -> String {
        guard let text = value?.string, mayBeEmpty || !text.isEmpty else { throw Refusal(44004, "empty content") }
        guard text.utf8.count <= BotReply.maxTextBytes else { throw Refusal(44004, "content size out of limit") }
        return text
    }
}

extension FakeBotSockets.Shown {
    enum Change {
        case shown
        /// It is the last frame once more.
        case same
        /// It has ended, or is too old.
        case refused
        /// It is too old for the first time: it goes on as it is for ever.
        case expired
    }

    /// Takes the next frame of a stream.
    mutating func change(to text: String, isLast: Bool, at now: MonotonicTime, within life: Duration) -> Change {
        if bubble.isFinished { return bubble.text == text ? .same : .refused }
        guard now.since(began) < life else {
            defer { isExpired = true }
            return isExpired ? .refused : .expired
        }
        if bubble.texts.last != text { bubble.texts.append(text) }
        bubble.isFinished = isLast
        return .shown
    }
}

extension BotPeer {
    /// The person, where it is one.
    var user: UserID? { if case .user(let user) = self { user } else { nil } }
}
