package import WeCom

/// The people who may write to an app: nobody, unless somebody said otherwise.
package struct Policy: Sendable, Equatable {
    package var everyone = false
    package var users: Set<UserID> = []
    /// Departments and tags whose members may, too.
    package var groups = AllowedGroups()

    package init(users: Set<UserID> = []) { self.users = users }

    package enum Verdict: Sendable, Equatable {
        case allowed
        case refused
        /// It takes a look into the address book.
        case undecided
    }

    /// The verdict that needs no question to anybody.
    package func verdict(on user: UserID) -> Verdict {
        if everyone || users.contains(user) { return .allowed }
        return groups.isEmpty ? .refused : .undecided
    }

    /// True if nobody may, whoever they are.
    package var isNobody: Bool { self == Policy() }

    package static let nobody = Policy()

    package static let all: Policy = {
        var policy = Policy()
        policy.everyone = true
        return policy
    }()
}
