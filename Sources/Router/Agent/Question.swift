package import WeCom

/// A question of an agent to the person while it works: to allow something, or to choose.
package struct Question: Sendable, Equatable {
    package struct Option: Sendable, Equatable {
        package enum Style: String, Sendable { case plain, encouraged, dangerous }

        /// The agent's own name of it; people never see it.
        package let id: String
        package let label: String
        package let style: Style

        package init(_ id: String, _ label: String, style: Style = .plain) {
            self.id = id
            self.label = label
            self.style = style
        }
    }

    package let title: String
    package let detail: String?
    package let options: [Option]
    /// More than one option may be chosen.
    package let allowsMany: Bool
    /// The agent's name for the question. One of the same name of the same job is the same question, which survives a crash
    /// of ours: only for agents that outlive us.
    package let key: String?

    package init(
        _ title: String, detail: String? = nil, options: [Option], allowsMany: Bool = false, key: String? = nil
    ) {
        self.title = title
        self.detail = detail
        self.options = options
        self.allowsMany = allowsMany
        self.key = key
    }

    /// More cannot be asked for at once.
    package static let maxOptions = 20
    /// WeCom's cards have so many buttons.
    package static let maxButtons = 6
}

/// The result of a question.
package enum Answer: Sendable, Equatable {
    /// The ids of the options, in the question's order, and who chose them.
    case chosen([String], by: UserID)
    /// The time for an answer has passed, which is a no.
    case expired
}
