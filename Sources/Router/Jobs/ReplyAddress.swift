package import System
package import WeCom

/// The address of what goes out: to whom, and by which ways, the best first. One of them takes it.
package struct ReplyAddress: Sendable, Equatable {
    package enum Target: Sendable, Equatable {
        case user(UserID)
        /// A group chat.
        case chat(ChatID)
        /// Several people at once, as only a message that answers nobody may be meant.
        case many(Recipients)
    }

    package let target: Target
    package private(set) var ways: [Way]
    /// The stream in which the answer shows while it is written, be it open or not; nil where there is none. It knows whether
    /// the one answer besides is used up.
    package let stream: String?

    package init(_ target: Target, by ways: [Way], shownIn stream: String? = nil) {
        self.target = target
        self.ways = ways
        self.stream = stream ?? ReplyAddress.stream(among: ways)
    }

    static func stream(among ways: [Way]) -> String? {
        for way in ways { if case .stream(let id) = way.kind { return id } }
        return nil
    }

    /// The first way that is open at `now`.
    package func way(at now: Timestamp) -> Way? { ways.first { $0.isOpen(at: now) } }

    /// The same by the best way alone.
    var byFirstWay: ReplyAddress { ReplyAddress(target, by: Array(ways.prefix(1)), shownIn: stream) }

    /// Uses up a way that turned out to be gone. False where it had none of the kind that was not used up.
    package mutating func useUp(_ kind: Way.Kind) -> Bool {
        guard let index = ways.firstIndex(where: { $0.kind == kind && !$0.isUsedUp }) else { return false }
        ways[index].isUsedUp = true
        return true
    }
}

// What an app writes to: its own messages, which always go.
extension ReplyAddress {
    package static func user(_ user: UserID) -> ReplyAddress { ReplyAddress(.user(user), by: [.app]) }
    package static func many(_ recipients: Recipients) -> ReplyAddress { ReplyAddress(.many(recipients), by: [.app]) }
}

/// A way out to somebody. Which there are hangs on the lane that brought what is answered.
package struct Way: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A message through an app's own token.
        case app
        /// The reply that a webhook bot has open under that id, which shows while it grows.
        case stream(String)
        /// The address that came with what a bot was told.
        case responseURL(String)
        /// A frame that answers a socket bot's frame of that id.
        case request(String)
        /// A message that a socket bot sends of its own accord.
        case push
    }

    package let kind: Kind
    /// nil for one that never does.
    package let expiresAt: Timestamp?
    package fileprivate(set) var isUsedUp: Bool

    package init(_ kind: Kind, expiresAt: Timestamp? = nil, isUsedUp: Bool = false) {
        self.kind = kind
        self.expiresAt = expiresAt
        self.isUsedUp = isUsedUp
    }

    package static let app = Way(.app)

    package func isOpen(at now: Timestamp) -> Bool { !isUsedUp && expiresAt.map { now < $0 } ?? true }
}
