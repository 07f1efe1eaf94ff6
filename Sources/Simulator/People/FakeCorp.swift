package import WeCom

/// A corp's address book, as far as apps see it.
package struct FakeCorp: Sendable {
    /// In an open corp everybody exists whom nobody has entered, in the root department and in sight of every app.
    package var isOpen = true
    package private(set) var members: [UserID: FakeMember] = [:]
    /// Those whom nobody has entered and who spoke.
    private(set) var strangers: Set<UserID> = []
    package private(set) var departments: [FakeDepartment] = [FakeDepartment(id: 1, name: "总部", parent: 0)]
    package private(set) var tags: [FakeTag] = []
    /// More strangers than this are not remembered.
    private static let mostStrangers = 10_000

    package init() {}

    package mutating func add(_ member: FakeMember) {
        members[member.userID] = member
        strangers.remove(member.userID)
    }

    package mutating func remove(_ user: UserID) {
        members[user] = nil
        strangers.remove(user)
    }

    package mutating func add(_ department: FakeDepartment) { departments.append(department) }
    package mutating func add(_ tag: FakeTag) { tags.append(tag) }

    /// Remembers somebody who spoke: from then on `@all` means them, too.
    mutating func note(_ user: UserID) {
        guard isOpen, members[user] == nil, members.count < FakeCorp.mostStrangers else { return }
        add(FakeMember(user, name: user.text))
        strangers.insert(user)
    }

    /// The member of this id, if an app may see them.
    func member(_ user: UserID, seenBy agent: AgentID) -> FakeMember? {
        guard let member = members[user] else {
            return isOpen && user.isWellFormed ? FakeMember(user, name: user.text) : nil
        }
        return member.isSeen(by: agent) ? member : nil
    }

    /// Everybody whom an app may see, in the order of their ids.
    func members(seenBy agent: AgentID) -> [FakeMember] {
        members.values.filter { $0.isSeen(by: agent) }.sorted { $0.userID.folded < $1.userID.folded }
    }

    /// The departments that an app may see: all where nobody is hidden from it, else those of the people it sees, with those
    /// above them.
    func departments(seenBy agent: AgentID) -> [FakeDepartment] {
        guard members.values.contains(where: { !$0.isSeen(by: agent) }) else { return departments }
        let parents = Dictionary(departments.map { ($0.id, $0.parent) }) { first, _ in first }
        var seen: Set<Int64> = []
        for member in members.values where member.isSeen(by: agent) {
            for id in member.departments {
                var next: Int64? = id
                while let id = next, seen.insert(id).inserted { next = parents[id] }
            }
        }
        return departments.filter { seen.contains($0.id) }
    }

    func department(_ id: Int64) -> FakeDepartment? { departments.first { $0.id == id } }
    func tag(_ id: Int64) -> FakeTag? { tags.first { $0.id == id } }

    /// A department and those beneath it.
    func branch(_ id: Int64) -> [FakeDepartment] {
        var ids: Set<Int64> = [id]
        var growing = true
        while growing {
            let found = departments.filter { ids.contains($0.parent) && !ids.contains($0.id) }.map(\.id)
            ids.formUnion(found)
            growing = !found.isEmpty
        }
        return departments.filter { ids.contains($0.id) }
    }
}

package struct FakeMember: Sendable {
    package let userID: UserID
    package var name: String
    package var departments: [Int64]
    package var tags: Set<Int64>
    /// The apps in whose visible range they are; nil is every app.
    package var visibleTo: Set<AgentID>?

    package init(
        _ userID: UserID, name: String, departments: [Int64] = [1], tags: Set<Int64> = [],
        visibleTo: Set<AgentID>? = nil
    ) {
        self.userID = userID
        self.name = name
        self.departments = departments
        self.tags = tags
        self.visibleTo = visibleTo
    }

    func isSeen(by agent: AgentID) -> Bool { visibleTo?.contains(agent) ?? true }
}

package struct FakeDepartment: Sendable, Equatable {
    package let id: Int64
    package let name: String
    package let parent: Int64

    package init(id: Int64, name: String, parent: Int64 = 1) {
        self.id = id
        self.name = name
        self.parent = parent
    }
}

package struct FakeTag: Sendable, Equatable {
    package let id: Int64
    package let name: String
    /// The departments that bear it as a whole.
    package let departments: [Int64]

    package init(id: Int64, name: String, departments: [Int64] = []) {
        self.id = id
        self.name = name
        self.departments = departments
    }
}

extension UserID {
    /// 1 to 64 letters, digits and `_-@.`, the first a letter or digit; or such an id behind a corp's, of a linked corp.
    package var isWellFormed: Bool {
        let id = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard (1...64).contains(id.utf8.count), let first = id.utf8.first, first.isLetterOrDigit else { return false }
        return id.utf8.allSatisfy { $0.isLetterOrDigit || "_-@.".utf8.contains($0) }
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
