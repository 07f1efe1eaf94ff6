import JSON
import Router
import Text
import WeCom

/// A message that a bot is to send of its own accord: to a person (`touser`) or a group chat (`chat`), in the form that apps'
/// messages have.
struct BotMessage {
    enum Content {
        case message(OutboundMessage.Content)
        case file(UploadRequest)
    }

    let target: ReplyAddress.Target
    let content: Content

    private static let envelope = ["touser", "chat", "msgtype"]

    /// `members` are those beside the bot and the file that came along.
    init(_ members: [JSONValue.Member], _ upload: JSONValue?, by bot: App) throws {
        for (index, member) in members.enumerated()
        where members[..<index].contains(where: { $0.name.isSame(as: member.name) }) {
            throw MessageFault(field: member.name, problem: .standsTwice)
        }
        let message = JSONValue.object(members)
        target = try BotMessage.target(message, of: bot)
        guard let type = message["msgtype"]?.string else { throw MessageFault(field: "msgtype", problem: .missing) }
        if let stray = members.first(where: { !(BotMessage.envelope + [type]).contains($0.name) }) {  // short: names
            throw MessageFault(field: stray.name, problem: .unfit("is nothing that a bot's message of \(type) has"))
        }
        if let upload {
            var file = try UploadRequest(upload, in: members)
            try file.fit(to: bot.speech)
            content = .file(file)
        } else {
            content = .message(
                try BotMessage.content(type, message[type] ?? .null, to: target.chatKind, within: bot.speech))
        }
    }

    // MARK: To whom

    private static func target(_ message: JSONValue, of bot: App) throws -> ReplyAddress.Target {
        switch (message["touser"], message["chat"]) {
        case (let user?, nil): return .user(try self.user(user, of: bot))
        case (nil, let chat?): return .chat(try self.chat(chat, of: bot))
        case (nil, nil): throw MessageFault(field: "touser", problem: .missing)
        case (.some, .some):
            throw MessageFault(field: "chat", problem: .unfit("stands beside touser: a bot writes to one of them"))
        }
    }

    private static func user(_ json: JSONValue, of bot: App) throws -> UserID {
        let recipients = try Recipients(json: ["touser": json])
        guard recipients.users.count == 1, recipients != .everyone else {
            throw MessageFault(field: "touser", problem: .unfit("must be one person: a bot writes to one at a time"))
        }
        let user = recipients.users[0]
        guard bot.policy.verdict(on: user) == .allowed else {
            throw MessageFault(
                field: "touser",
                problem: .unfit("is not among the allowed_users of bot \(bot.name): it writes to nobody else"))
        }
        return user
    }

    private static func chat(_ json: JSONValue, of bot: App) throws -> ChatID {
        guard let text = json.string else { throw MessageFault(field: "chat", problem: .wrongKind(wanted: "a string")) }
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw MessageFault(field: "chat", problem: .unfit("is \(shown(text)), which is no id of a group chat"))
        }
        guard bot.policy.chats.admit(ChatID(text)) else {
            throw MessageFault(
                field: "chat",
                problem: .unfit("is not among the allowed_conversations of bot \(bot.name): it writes to no other"))
        }
        return ChatID(text)
    }

    // MARK: What

    private static func content(
        _ type: String, _ body: JSONValue, to chat: InboundMessage.Chat, within speech: Speech
    ) throws -> OutboundMessage.Content {
        switch type {
        case "text", "markdown":
            guard let text = body["content"]?.string else {
                throw MessageFault(field: "\(type).content", problem: .missing)
            }
            guard text.hasWords else { throw MessageFault(field: "\(type).content", problem: .empty) }
            guard text.utf8.count <= speech.limit else {
                throw MessageFault(
                    field: "\(type).content",
                    problem: .tooManyBytes(text.utf8.count, limit: speech.limit))
            }
            return .markdown(text)
        case "template_card":
            let card = try TemplateCard(ofBot: body)
            try BotReply.card(card).validate(for: .push(chat))
            return .templateCard(card)
        case _ where UploadKind(rawValue: type) != nil:
            throw MessageFault(field: type, problem: .unfit("cannot be named by an id here: give the file as upload"))
        default:
            throw MessageFault(
                field: "msgtype",
                problem: .noChoice(among: ["text", "markdown", "template_card"] + UploadKind.allCases.map(\.rawValue)))
        }
    }
}

extension ReplyAddress.Target {
    fileprivate var chatKind: InboundMessage.Chat {
        if case .chat(let chat) = self { .group(chat) } else { .single }
    }
}
