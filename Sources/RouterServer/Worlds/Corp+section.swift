import Simulator
import WeCom

extension World.Corp {
    private static let mostMembers = 10_000

    /// Reads a corp with its people; `index` is its number among the corps.
    init(_ section: Section, _ seed: WorldSeed, index: Int) {
        let id = section.require("id", .corpID)
        self.init(
            id, name: section.read("name", .text, default: id.text),
            isOpen: section.read("open", .boolean, default: false))
        readDepartments(section)
        readTags(section)
        readMembers(section)
        let more = section.read("people", .count(0...Self.mostMembers), default: 0)
        if more > 0 { invent(more, seed, index: index) }
    }

    private mutating func readDepartments(_ section: Section) {
        for section in section.sections("departments", atMost: 1000) {
            let id = section.require("id", .groupID)
            let parent = section.read("parent", .groupID, default: 1)
            if id == 1 || department(id) != nil {
                section.fault("id", "is \(id), which is \(id == 1 ? "the root that every corp has" : "taken")")
            }
            // So none is beneath itself.
            if parent != 1, department(parent) == nil {
                section.fault("parent", "is \(parent), which is no department that is listed above it")
            }
            departments.append(FakeDepartment(id: id, name: section.require("name", .text), parent: parent))
            section.finish()
        }
    }

    private mutating func readTags(_ section: Section) {
        for section in section.sections("tags", atMost: 1000) {
            let id = section.require("id", .groupID)
            if tags.contains(where: { $0.id == id }) { section.fault("id", "is \(id), which is taken") }
            let marked = section.list("departments", .groupID) ?? []
            section.check(marked, "departments", are: "department") { $0 == 1 || department($0) != nil }
            tags.append(FakeTag(id: id, name: section.require("name", .text), departments: marked))
            section.finish()
        }
    }

    private mutating func readMembers(_ section: Section) {
        var taken: Set<UserID> = []
        for section in section.sections("members", atMost: Self.mostMembers) {
            let user = section.require("id", .userID)
            if !taken.insert(user).inserted { section.fault("id", "is \(user.text), who is listed already") }
            var member = World.Member(user, name: section.read("name", .text, default: user.text))
            if let listed = section.list("departments", .groupID) { member.departments = listed }
            section.check(member.departments, "departments", are: "department") { $0 == 1 || department($0) != nil }
            let marks = section.list("tags", .groupID) ?? []
            section.check(marks, "tags", are: "tag") { id in tags.contains { $0.id == id } }
            member.tags = Set(marks)
            section.read("language", .word(), into: &member.language)
            members.append(member)
            section.finish()
        }
    }
}

extension Section {
    fileprivate func check(_ ids: [Int64], _ list: String, are kind: String, _ isKnown: (Int64) -> Bool) {
        for id in ids where !isKnown(id) {
            fault(item: String(id), of: list, "names \(id), which is no \(kind) of this corp")
        }
    }

    /// Tells of an item of a list where it stands.
    func fault(item: String, of list: String, _ complaint: String) {
        reading.fault(reading.places["\(path(list)).\(item)"] ?? placeOfKey(list), path(list), complaint)
    }

    /// The sections of a list that must not be longer; none when there is no list.
    func sections(_ name: String, atMost most: Int) -> [Section] {
        let sections = sections(name) ?? []
        guard sections.count > most else { return sections }
        fault(name, "has \(sections.count) items: at most \(most) are possible")
        return []
    }
}

extension Form where Value == UserID {
    /// An id as a corp's administrator gives it.
    static var userID: Form {
        Form(placeholder: UserID("")) { text in
            guard UserID(text).isWellFormed else {
                return .mismatch("is \(shown(text)), which is no user id: 1 to 64 letters, digits, and . _ - @")
            }
            return .fits(UserID(text))
        }
    }
}
