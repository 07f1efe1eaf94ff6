package import JSON
import System

extension InboundMessage {
    /// The document WeCom would give a bot for this: what the simulator sends. A place has no form there, and of what we
    /// do not know it holds the type alone.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [.init("msgid", .string(messageID ?? ""))]
        if case .event = content { members.append(.init("create_time", .integer(createTime.seconds))) }
        if let botID { members.append(.init("aibotid", .string(botID.text))) }
        members += chat.members
        members += sender.members(in: corp)
        if let responseURL { members.append(.init("response_url", .string(responseURL.reveal()))) }
        members += content.members
        if let quote { members.append(.init("quote", .object(quote.members))) }
        return .object(members)
    }
}

extension InboundMessage.Chat {
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .single: [.init("chattype", "single")]
        case .group(let id): [.init("chatid", .string(id.text)), .init("chattype", "group")]
        }
    }
}

extension InboundMessage.Sender {
    fileprivate func members(in corp: CorpID?) -> [JSONValue.Member] {
        switch self {
        case .platform: []
        case .member(let user), .linkedMember(let user):
            [
                .init(
                    "from",
                    .object(
                        (corp.map { [.init("corpid", .string($0.text))] } ?? [])
                            + [.init("userid", .string(user.text))]))
            ]
        }
    }
}

extension InboundMessage.Content {
    /// The type, and what stands under its name.
    fileprivate var members: [JSONValue.Member] {
        [.init("msgtype", .string(isShared ? "appmsg" : type))] + (body.map { [$0] } ?? [])
    }

    private var isShared: Bool { if case .link = self { true } else { false } }

    private var body: JSONValue.Member? {
        switch self {
        case .text(let text): .init("text", ["content": .string(text)])
        case .speech(let words): .init("voice", ["content": .string(words)])
        case .sealed(let media): .init(media.kind.rawValue, media.json)
        case .mixed(let pieces): .init("mixed", ["msg_item": .array(pieces.map { .object($0.members) })])
        case .link(let link): .init("appmsg", link.json)
        case .event(let event): .init("event", event.json)
        case .image(let media, _): .init("image", media.json)
        case .voice(let media, _, _): .init("voice", media.json)
        case .video(let media, _): .init("video", media.json)
        case .file(let media, _): .init("file", media.json)
        case .location, .unsupported: nil
        }
    }
}

extension MediaID {
    /// A file of which a bot is told no more.
    fileprivate var json: JSONValue { text.isEmpty ? .object([]) : ["media_id": .string(text)] }
}

extension SealedMedia {
    fileprivate var json: JSONValue {
        .object(
            [.init("url", .string(url))] + (key.map { [.init("aeskey", .string($0.reveal()))] } ?? []))
    }
}

extension InboundMessage.Link {
    fileprivate var json: JSONValue {
        let texts: [(String, String?)] = [("title", title), ("digest", description), ("url", url)]
        return .object(texts.compactMap { name, text in text.map { .init(name, .string($0)) } })
    }
}
