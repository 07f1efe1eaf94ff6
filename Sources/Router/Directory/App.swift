package import WeCom

/// What people write to: a self-built app of a corp, with the keys its callbacks are sealed with and the agent that answers.
package struct App: Sendable {
    package let key: AppKey
    /// The name in the configuration: a label for people, which may change.
    package let name: String
    package let keys: CallbackKeys
    package let agent: String
    package let policy: Policy
    package let conduct: Conduct

    package init(
        key: AppKey, name: String, keys: CallbackKeys, agent: String, policy: Policy, conduct: Conduct = Conduct()
    ) {
        self.key = key
        self.name = name
        self.keys = keys
        self.agent = agent
        self.policy = policy
        self.conduct = conduct
    }
}

/// Who may write to an app. Nobody, unless somebody said otherwise.
package enum Policy: Sendable, Equatable {
    case everyone
    case users(Set<UserID>)

    package static let nobody = Policy.users([])

    package func allows(_ user: UserID) -> Bool {
        switch self {
        case .everyone: true
        case .users(let users): users.contains(user)
        }
    }
}
