import Text
import XML

/// A change between a member and a customer.
package struct ExternalContactChange: Sendable, Equatable {
    package let kind: Kind
    package let user: UserID
    package let externalUserID: String
    /// The state that belongs to the way by which the customer came.
    package let state: String?
    /// Greets the customer: once, within 20 seconds.
    package let welcomeCode: String?
    /// The reason why a customer is gone (`Source`) or was not handed over (`FailReason`).
    package let reason: String?

    package enum Kind: String, Sendable {
        case added = "add_external_contact"
        case edited = "edit_external_contact"
        /// The customer need not confirm.
        case halfAdded = "add_half_external_contact"
        /// The member has removed the customer.
        case removed = "del_external_contact"
        /// The customer has removed the member.
        case removedByCustomer = "del_follow_user"
        case transferFailed = "transfer_fail"
        case auditApproved = "msg_audit_approved"
    }
}

extension ExternalContactChange {
    init?(of root: XMLElement) {
        guard let kind = Kind(changeOf: root), let user = root.user("UserID"),
            let externalUserID = root.value("ExternalUserID")
        else { return nil }
        self.init(
            kind: kind, user: user, externalUserID: externalUserID, state: root.value("State"),
            welcomeCode: root.value("WelcomeCode"), reason: root.value("Source") ?? root.value("FailReason"))
    }
}

/// A change of a group chat with customers.
package struct ExternalChatChange: Sendable, Equatable {
    package let chatID: String
    package let kind: Kind
    /// The detail that an update has changed.
    package let detail: Detail?
    /// The number that came or went.
    package let memberCount: Int64?

    package enum Kind: String, Sendable { case create, update, dismiss }

    package enum Detail: String, Sendable {
        case membersAdded = "add_member"
        case membersRemoved = "del_member"
        case ownerChanged = "change_owner"
        case nameChanged = "change_name"
        case noticeChanged = "change_notice"
    }
}

extension ExternalChatChange {
    init?(of root: XMLElement) {
        guard let kind = Kind(changeOf: root), let chatID = root.value("ChatId") else { return nil }
        self.init(
            chatID: chatID, kind: kind,
            detail: root.word("UpdateDetail").flatMap(Detail.init(rawValue:)),
            memberCount: root.integer("MemChangeCnt"))
    }
}

/// A change of the tags that customers bear.
package struct ExternalTagChange: Sendable, Equatable {
    package let kind: Kind
    /// The id of a tag or of a group of them; a new order may be one of all groups.
    package let id: String?
    package let isGroup: Bool
    package let strategyID: String?

    package enum Kind: String, Sendable { case create, update, delete, shuffle }
}

extension ExternalTagChange {
    init?(of root: XMLElement) {
        guard let kind = Kind(changeOf: root) else { return nil }
        let id = root.value("Id")
        guard id != nil || kind == .shuffle else { return nil }
        self.init(
            kind: kind, id: id, isGroup: root.word("TagType") == "tag_group",
            strategyID: root.value("StrategyId"))
    }
}

extension RawRepresentable<String> {
    /// The kind of change that `ChangeType` names.
    fileprivate init?(changeOf root: XMLElement) {
        guard let type = root.value("ChangeType") else { return nil }
        self.init(rawValue: String(type.beginning(bytes: 256)).lowercasedASCII)
    }
}
