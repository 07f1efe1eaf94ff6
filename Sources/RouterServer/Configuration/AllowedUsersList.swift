import Router
import WeCom

/// The people who may write, as written: `allowed_users` with `user`, `corp:user` or `*`, and `allow_all_users`.
struct AllowedUsersList {
    private let allowsEveryone: Bool
    private let users: [(corp: String?, user: UserID)]

    /// Nil when the section says nothing about it.
    init?(_ section: Section) {
        var everyone = false
        let says = section.read("allow_all_users", .boolean, into: &everyone)
        let list = section.list("allowed_users", .allowedUser)
        guard says || list != nil else { return nil }
        if everyone, list?.isEmpty == false {
            section.warn("allowed_users", "has no effect, because allow_all_users is true")
        }
        allowsEveryone = everyone
        users = list ?? []
    }

    /// Somebody in the list who is of another corp, for a list that belongs to one app.
    func stranger(to corp: CorpID) -> String? {
        users.first { $0.corp != nil && $0.corp != corp.text }.map { "\($0.corp ?? ""):\($0.user.text)" }
    }

    func policy(of corp: CorpID) -> Policy { policy { $0 == nil || $0 == corp.text } }

    /// For a bot, which does not know of which corp it is.
    var policyOfAnyCorp: Policy { policy { _ in true } }

    private func policy(of isOurs: (_ corp: String?) -> Bool) -> Policy {
        let ours = users.filter { isOurs($0.corp) }.map(\.user)
        // `*` is everyone; of another corp it says nothing here.
        if allowsEveryone || ours.contains(where: { $0.text == "*" }) { return .all }
        var policy = Policy()
        policy.users = Set(ours)
        return policy
    }
}

extension Form where Value == (corp: String?, user: UserID) {
    static var allowedUser: Form {
        Form(placeholder: (nil, UserID(""))) { text in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let user = String(parts.last ?? "")
            let corp = parts.count == 2 ? String(parts[0]) : nil
            guard user == "*" || isUserID(user), corp != "" else {
                return .mismatch("is \(shown(text)), which is no user id: 1 to 64 letters, digits, and . _ - @")
            }
            return .fits((corp, UserID(user)))
        }
    }
}

private func isUserID(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "._-@".utf8.contains($0) }
}
