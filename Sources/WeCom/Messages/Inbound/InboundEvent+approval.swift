package import System
import XML

/// The state of a request for approval.
package enum ApprovalStatus: Int64, Sendable {
    case inReview = 1
    case passed = 2
    case refused = 3
    case withdrawn = 4
    case withdrawnAfterPassing = 6
    case deleted = 7
    case paid = 10
}

/// A change of a request in an approval flow of our own (`open_approval_change`).
package struct OpenApproval: Sendable, Equatable {
    /// `ThirdNo`: the number that we gave the request.
    package let number: String
    package let name: String?
    package let templateID: String?
    package let status: ApprovalStatus?
    package let applicant: UserID?
    package let appliedAt: Timestamp?
    /// The approvers, step by step.
    package let steps: [Step]
    /// The step that it has come to, from zero.
    package let currentStep: Int64?
    package let notified: [UserID]

    package struct Step: Sendable, Equatable {
        package let decision: Decision?
        package let approvers: [Approver]
    }

    package struct Approver: Sendable, Equatable {
        package let user: UserID
        package let decision: Decision?
        package let remark: String?
        package let decidedAt: Timestamp?
    }

    package enum Decision: Int64, Sendable {
        case inReview = 1
        case agreed = 2
        case refused = 3
        case transferred = 4
    }
}

extension OpenApproval {
    init?(of root: XMLElement) {
        guard let info = root["ApprovalInfo"], let number = info.value("ThirdNo") else { return nil }
        self.init(
            number: number, name: info.value("OpenSpName"), templateID: info.value("OpenTemplateId"),
            status: info.integer("OpenSpStatus").flatMap { ApprovalStatus(rawValue: $0) },
            applicant: info.user("ApplyUserId"), appliedAt: info.time("ApplyTime"),
            steps: info["ApprovalNodes"]?.all("ApprovalNode").map { Step(of: $0) } ?? [],
            currentStep: info.integer("ApproverStep"),
            notified: info["NotifyNodes"]?.all("NotifyNode").compactMap { $0.user("ItemUserId") } ?? [])
    }
}

extension OpenApproval.Step {
    fileprivate init(of node: XMLElement) {
        decision = OpenApproval.Decision(of: node, "NodeStatus")
        approvers = node["Items"]?.all("Item").compactMap { OpenApproval.Approver(of: $0) } ?? []
    }
}

extension OpenApproval.Approver {
    fileprivate init?(of item: XMLElement) {
        guard let user = item.user("ItemUserId") else { return nil }
        self.init(
            user: user, decision: OpenApproval.Decision(of: item, "ItemStatus"), remark: item.value("ItemSpeech"),
            decidedAt: item.time("ItemOpTime").flatMap { $0.seconds == 0 ? nil : $0 })
    }
}

extension OpenApproval.Decision {
    fileprivate init?(of element: XMLElement, _ name: String) {
        guard let number = element.integer(name) else { return nil }
        self.init(rawValue: number)
    }
}
