package import WeCom

/// The people who may write to an app: nobody, unless somebody said otherwise.
package struct Policy: Sendable, Equatable {
    package var everyone = false
    package var users: Set<UserID> = []
    /// Departments and tags whose members may, too.
    package var groups = AllowedGroups()
    /// The group chats of which those who may write to a bot may do so there.
    package var chats = AllowedChats()

    package init(users: Set<UserID> = []) { self.users = users }

    package enum Verdict: Sendable, Equatable {
        case allowed
        case refused
        /// It takes a look into the address book.
        case undecided
    }

    /// The verdict on what somebody says in a group chat, or to a bot or app alone.
    package func verdict(on user: UserID, in chat: ChatID?) -> Verdict {
        if let chat, !chats.admit(chat) { return .refused }
        return verdict(on: user)
    }

    /// The verdict that needs no question to anybody.
    package func verdict(on user: UserID) -> Verdict {
        if everyone || users.contains(user) { return .allowed }
        return groups.isEmpty ? .refused : .undecided
    }

    /// True if nobody may, whoever they are.
    package var isNobody: Bool { !everyone && users.isEmpty && groups.isEmpty }

    package static let nobody = Policy()

    package static let all: Policy = {
        var policy = Policy()
        policy.everyone = true
        return policy
    }()
}
