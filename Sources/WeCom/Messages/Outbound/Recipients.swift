import Text

/// To whom a message goes. Of everybody named, those whom the app's visible range holds get it.
package enum Recipients: Sendable, Equatable {
    /// All whom the app can see.
    case everyone
    /// People, departments and tags, together.
    case these(users: [UserID] = [], parties: [Int64] = [], tags: [Int64] = [])

    package static func user(_ user: UserID) -> Recipients { .these(users: [user]) }
    package static func users(_ users: [UserID]) -> Recipients { .these(users: users) }

    package var users: [UserID] { if case .these(let users, _, _) = self { users } else { [] } }
    package var parties: [Int64] { if case .these(_, let parties, _) = self { parties } else { [] } }
    package var tags: [Int64] { if case .these(_, _, let tags) = self { tags } else { [] } }

    /// The one person it goes to, if it is one.
    package var onlyUser: UserID? {
        users.count == 1 && parties.isEmpty && tags.isEmpty ? users[0] : nil
    }
}

extension Recipients {
    static let maxUsers = 1000
    /// Departments, and tags.
    static let maxGroups = 100

    /// The names of the three lists, which `message/send` and `message/update_template_card` call differently.
    struct Names {
        let users: String
        let parties: String
        let tags: String
    }

    /// WeCom's limits: so many people, departments and tags, and at least one of any.
    func validate(at path: FieldPath, _ names: Names = .sending) throws(MessageFault) {
        guard case .these(let users, let parties, let tags) = self else { return }
        guard !users.isEmpty || !parties.isEmpty || !tags.isEmpty else {
            throw path[names.users].fault(
                .unfit("is missing, and so are \(names.parties) and \(names.tags): a message needs a recipient"))
        }
        try path[names.users].check(count: users.count, 0...Recipients.maxUsers)
        try path[names.parties].check(count: parties.count, 0...Recipients.maxGroups)
        try path[names.tags].check(count: tags.count, 0...Recipients.maxGroups)
        if let odd = users.first(where: { !$0.isPlausible }) {
            throw path[names.users].fault(.unfit("holds an id that no user can have: \(String(odd.text.prefix(80)))"))
        }
        for (name, numbers) in [(names.parties, parties), (names.tags, tags)] where numbers.contains(where: { $0 < 0 })
        {
            throw path[name].fault(.unfit("holds a number below 0"))
        }
    }
}

extension UserID {
    /// True if it could be somebody's: no longer than ids are, and nothing that would make two of it in a list.
    /// Somebody of a linked corp has `corpid/userid`.
    fileprivate var isPlausible: Bool {
        let name = text.pieces(atMost: 2) { $0 == UInt8(ascii: "/") }.last ?? ""
        return (1...64).contains(name.utf8.count) && text.utf8.count <= 128 && name.utf8.first != UInt8(ascii: "@")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "|") }
    }
}
