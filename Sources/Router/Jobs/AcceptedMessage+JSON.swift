package import JSON
import System
import WeCom

// How messages are written in a store, the same in each.

extension AcceptedMessage {
    /// The body, without the reply address, which has a column of its own.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("from", .string(sender.text)), .init("text", .string(text)),
            .init("sent_at", .integer(sentAt.milliseconds)),
        ]
        if let messageID { members.append(.init("msg_id", .string(messageID))) }
        if !media.isEmpty { members.append(.init("media", .array(media.map(\.json)))) }
        return .object(members)
    }

    package init?(json: JSONValue, replyAddress: ReplyAddress) {
        guard let text = json["text"]?.string, let sentAt = json["sent_at"]?.integer,
            let sender = json["from"]?.string.map(UserID.init) ?? replyAddress.onlySender
        else { return nil }
        let media = json["media"]?.array?.map(SentMedia.init(json:)) ?? []
        guard !media.contains(nil) else { return nil }
        self.init(
            from: sender, text: text, media: media.compactMap(\.self), messageID: json["msg_id"]?.string,
            sentAt: Timestamp(milliseconds: sentAt), replyAddress: replyAddress)
    }
}

extension AcceptedMessage {
    /// The text within a body; empty where there is none.
    package static func text(ofBody body: String) -> String { JSONValue(storedAs: body)?["text"]?.string ?? "" }

    /// The words by which somebody knows a message again: its text, else the kind of its first file.
    package static func firstWords(ofBody body: String?) -> String {
        let json = body.flatMap { JSONValue(storedAs: $0) }
        let text = json?["text"]?.string ?? ""
        return text.isEmpty ? "[\(json?["media"]?.array?.first?["kind"]?.string ?? "…")]" : text
    }
}

extension ReplyAddress {
    /// The only person who can have said what is answered here: rows of before senders were written are all of
    /// conversations with one person.
    fileprivate var onlySender: UserID? {
        if case .user(let user) = target { user } else { nil }
    }
}

extension SentMedia {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [.init("kind", .string(kind.rawValue))] + source.members
        if let name { members.append(.init("name", .string(name))) }
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let source = Source(json) else { return nil }
        self.init(kind, source, name: json["name"]?.string)
    }
}

extension SentMedia.Source {
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .kept(let id): [.init("id", .string(id.text))]
        case .sealed(let url, let key):
            [.init("url", .string(url))] + (key.map { [.init("aeskey", .string($0.reveal()))] } ?? [])
        }
    }

    fileprivate init?(_ json: JSONValue) {
        if let id = json["id"]?.string {
            self = .kept(MediaID(id))
        } else if let url = json["url"]?.string {
            self = .sealed(url: url, key: json["aeskey"]?.string.map { Secret($0) })
        } else {
            return nil
        }
    }
}
