import Text
package import WeCom

/// An app or bot and one person or group chat that writes to it, or all that it sends to many at once. Its jobs run one after another, and its
/// deliveries go out in order.
package struct ConversationKey: Hashable, Sendable, CustomStringConvertible {
    package let endpoint: Endpoint
    package let peer: Peer

    package init(endpoint: Endpoint, peer: Peer) {
        self.endpoint = endpoint
        self.peer = peer
    }

    package init(endpoint: Endpoint, user: UserID) { self.init(endpoint: endpoint, peer: .user(user)) }

    /// The one person; nil of a group chat, and of many.
    package var user: UserID? {
        if case .user(let user) = peer { user } else { nil }
    }

    /// The group chat, if it is one.
    package var chat: ChatID? {
        if case .chat(let chat) = peer { chat } else { nil }
    }

    /// The name that agents know it by: `corp_id/agent_id/user:<id>`, `bot/<id>/chat:<id>`.
    package var description: String { "\(endpoint)/\(peer)" }

    /// The name of the other side in logs.
    package var scopedUser: String { user.map(endpoint.scoped) ?? peer.description }
}

/// The other side of a conversation.
package enum Peer: Hashable, Sendable {
    case user(UserID)
    /// A group chat, whoever of it writes.
    case chat(ChatID)
    /// More than one person at once: departments, tags, everybody.
    case many
}

extension Peer: CustomStringConvertible {
    /// The text that the store has for it.
    package var description: String {
        switch self {
        case .user(let user): "user:\(user.folded)"
        case .chat(let chat): "chat:\(chat)"
        case .many: "many"
        }
    }

    package init?(_ text: some StringProtocol) {
        if text == "many" {
            self = .many
        } else if let user = String(text).after("user:") {
            self = .user(UserID(String(user)))
        } else if let chat = String(text).after("chat:") {
            self = .chat(ChatID(String(chat)))
        } else {
            return nil
        }
    }
}

extension ReplyAddress.Target {
    /// The other side that it is.
    package var peer: Peer {
        switch self {
        case .user(let user): .user(user)
        case .chat(let chat): .chat(chat)
        case .many: .many
        }
    }
}
