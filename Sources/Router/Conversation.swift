import Text
package import WeCom

/// An app or bot and one person who writes to it, or all that it sends to many at once. Its jobs run one after another, and its
/// deliveries go out in order.
package struct ConversationKey: Hashable, Sendable, CustomStringConvertible {
    package let endpoint: Endpoint
    package let peer: Peer

    package init(endpoint: Endpoint, peer: Peer) {
        self.endpoint = endpoint
        self.peer = peer
    }

    package init(endpoint: Endpoint, user: UserID) { self.init(endpoint: endpoint, peer: .user(user)) }

    /// The person; nil when there are many.
    package var user: UserID? {
        if case .user(let user) = peer { user } else { nil }
    }

    /// What agents know it by: `corp_id/agent_id/user:<id>`.
    package var description: String { "\(endpoint)/\(peer)" }

    /// How the user is named in logs.
    package var scopedUser: String { user.map(endpoint.scoped) ?? peer.description }
}

/// The other side of a conversation.
package enum Peer: Hashable, Sendable {
    case user(UserID)
    /// More than one person at once: departments, tags, everybody.
    case many
}

extension Peer: CustomStringConvertible {
    /// As the store knows it.
    package var description: String {
        switch self {
        case .user(let user): "user:\(user.folded)"
        case .many: "many"
        }
    }

    package init?(_ text: some StringProtocol) {
        if text == "many" {
            self = .many
        } else if let user = String(text).after("user:") {
            self = .user(UserID(String(user)))
        } else {
            return nil
        }
    }
}
