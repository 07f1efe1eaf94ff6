package import WeCom

/// An app and one person who writes to it. Its jobs run one after another.
package struct ConversationKey: Hashable, Sendable, CustomStringConvertible {
    package let app: AppKey
    package let user: UserID

    package init(app: AppKey, user: UserID) {
        self.app = app
        self.user = user
    }

    /// The other side, as the store knows it.
    package var peer: String { "user:\(user.folded)" }

    /// What agents know it by: `corp_id/agent_id/user:<id>`.
    package var description: String { "\(app)/\(peer)" }

    /// How the user is named in logs.
    package var scopedUser: String { app.scoped(user) }
}
