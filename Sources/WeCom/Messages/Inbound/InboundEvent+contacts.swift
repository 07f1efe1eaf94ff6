import Text
import XML

/// A change in the corp's address book: who and which, by id.
package enum ContactChange: Sendable, Equatable {
    case createUser(UserID, departments: [Int64])
    /// `newID` when the id itself was changed.
    case updateUser(UserID, newID: UserID?, departments: [Int64])
    case deleteUser(UserID)
    case createDepartment(Int64, parent: Int64?)
    case updateDepartment(Int64, parent: Int64?)
    case deleteDepartment(Int64)
    case updateTag(Int64, added: TagMembers, removed: TagMembers)

    package struct TagMembers: Sendable, Equatable {
        package let users: [UserID]
        package let departments: [Int64]
    }
}

extension ContactChange {
    init?(of root: XMLElement) {
        guard let type = root.word("ChangeType"),
            let change = ContactChange(ofUser: type, root) ?? ContactChange(ofDepartment: type, root)
                ?? ContactChange(ofTag: type, root)
        else { return nil }
        self = change
    }

    private init?(ofUser type: String, _ root: XMLElement) {
        guard let user = root.user("UserID") else { return nil }
        switch type {
        case "create_user": self = .createUser(user, departments: root.numbers("Department"))
        case "update_user":
            self = .updateUser(user, newID: root.user("NewUserID"), departments: root.numbers("Department"))
        case "delete_user": self = .deleteUser(user)
        default: return nil
        }
    }

    private init?(ofDepartment type: String, _ root: XMLElement) {
        guard let id = root.integer("Id") else { return nil }
        switch type {
        case "create_party": self = .createDepartment(id, parent: root.integer("ParentId"))
        case "update_party": self = .updateDepartment(id, parent: root.integer("ParentId"))
        case "delete_party": self = .deleteDepartment(id)
        default: return nil
        }
    }

    private init?(ofTag type: String, _ root: XMLElement) {
        guard type == "update_tag", let id = root.integer("TagId") else { return nil }
        self = .updateTag(
            id, added: TagMembers(users: root.users("AddUserItems"), departments: root.numbers("AddPartyItems")),
            removed: TagMembers(users: root.users("DelUserItems"), departments: root.numbers("DelPartyItems")))
    }
}
