package import JSON
import System
import WeCom

// How messages and addresses are written in a store, the same in each.

extension AcceptedMessage {
    /// The body, without the reply address, which has a column of its own.
    package var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("text", .string(text)), .init("sent_at", .integer(sentAt.milliseconds)),
        ]
        if let messageID { members.append(.init("msg_id", .string(messageID))) }
        return .object(members)
    }

    package init?(json: JSONValue, replyAddress: ReplyAddress) {
        guard let text = json["text"]?.string, let sentAt = json["sent_at"]?.integer else { return nil }
        self.init(
            text: text, messageID: json["msg_id"]?.string, sentAt: Timestamp(milliseconds: sentAt),
            replyAddress: replyAddress)
    }
}

extension ReplyAddress {
    package var json: JSONValue {
        switch self {
        case .user(let user): ["user": .string(user.text)]
        }
    }

    package init?(json: JSONValue) {
        guard let user = json["user"]?.string else { return nil }
        self = .user(UserID(user))
    }
}
