import JSON
import WeCom

/// The members that a message goes to, and those of the named whom WeCom does not find.
struct Addressing {
    private(set) var users: [UserID] = []
    private(set) var invalidUsers: [String] = []
    private(set) var invalidParties: [String] = []
    private(set) var invalidTags: [String] = []

    static let mostUsers = 1000
    static let mostParties = 100
    static let mostTags = 100

    /// Reads `touser`, `toparty` and `totag` of a message.
    init(of message: JSONValue, from agent: AgentID, in corp: FakeCorp) throws(Refusal) {
        let users = try ids("touser", of: message)
        let parties = try ids("toparty", of: message)
        let tags = try ids("totag", of: message)
        guard users.count + parties.count + tags.count > 0 else { throw Refusal(82001, "all recipients are empty") }
        if users == ["@all"] {
            self.init(everyone: corp.members(seenBy: agent))
        } else {
            try self.init(users: users, parties: parties, tags: tags, from: agent, in: corp)
        }
        guard !self.users.isEmpty else { throw Refusal(81013, "user & party & tag all invalid") }
    }

    private init(everyone members: [FakeMember]) { users = members.map(\.userID) }

    /// Those whom an app may see, each once.
    init(
        users: [String], parties: [String], tags: [String], from agent: AgentID, in corp: FakeCorp
    ) throws(Refusal) {
        guard users.count <= Addressing.mostUsers else { throw Refusal(40032, "too many userids") }
        guard parties.count <= Addressing.mostParties else { throw Refusal(82002, "too many departments") }
        guard tags.count <= Addressing.mostTags else { throw Refusal(82003, "too many tags") }
        var found: Set<UserID> = []
        for text in users {
            let user = UserID(text)
            guard corp.member(user, seenBy: agent) != nil else {
                invalidUsers.append(user.folded)
                continue
            }
            if found.insert(user).inserted { self.users.append(user) }
        }
        for text in parties {
            let members = Int64(text).flatMap { corp.members(ofDepartment: $0, seenBy: agent) }
            if let members { note(members, &found) } else { invalidParties.append(text) }
        }
        for text in tags {
            let members = Int64(text).flatMap { corp.members(withTag: $0, seenBy: agent) }
            if let members { note(members, &found) } else { invalidTags.append(text) }
        }
    }

    private mutating func note(_ members: [FakeMember], _ found: inout Set<UserID>) {
        for member in members where found.insert(member.userID).inserted { users.append(member.userID) }
    }
}

/// Ids that stand in one string, with bars between them.
private func ids(_ name: String, of message: JSONValue) throws(Refusal) -> [String] {
    guard let field = message[name], field != .null else { return [] }
    guard let text = field.string else { throw Refusal(40035, "\(name) must be one string") }
    return text.split(separator: "|").map(String.init)
}

extension FakeCorp {
    /// nil when there is no such department, or an app may see nobody in it.
    func members(ofDepartment id: Int64, seenBy agent: AgentID) -> [FakeMember]? {
        guard department(id) != nil else { return nil }
        let branch = Set(branch(id).map(\.id))
        let found = members(seenBy: agent).filter { !branch.isDisjoint(with: $0.departments) }
        return found.isEmpty ? nil : found
    }

    /// nil when there is no such tag, or nobody with it whom an app may see.
    func members(withTag id: Int64, seenBy agent: AgentID) -> [FakeMember]? {
        guard let tag = tag(id) else { return nil }
        let branches = Set(tag.departments.flatMap { branch($0).map(\.id) })
        let found = members(seenBy: agent).filter { member in
            member.tags.contains(id) || !branches.isDisjoint(with: member.departments)
        }
        return found.isEmpty ? nil : found
    }
}
