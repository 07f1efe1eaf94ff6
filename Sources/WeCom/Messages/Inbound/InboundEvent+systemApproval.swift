package import System
import XML

/// A change of a request in WeCom's own approval app (`sys_approval_change`).
package struct SystemApproval: Sendable, Equatable {
    /// `SpNoStr`, or `SpNo` where a document is of before 2025.
    package let number: String
    package let name: String?
    package let templateID: String?
    /// After the change.
    package let status: ApprovalStatus?
    package let change: Change?
    package let applicant: UserID?
    package let appliedAt: Timestamp?

    package enum Change: Int64, Sendable {
        case submitted = 1
        case agreed = 2
        case refused = 3
        case transferred = 4
        case urged = 5
        case withdrawn = 6
        case withdrawnAfterPassing = 8
        case commentAdded = 10
        case sentBack = 11
        case approverAdded = 12
        case approverAddedAndAgreed = 13
        case handled = 14
        case handedOn = 15
    }
}

extension SystemApproval {
    init?(of root: XMLElement) {
        guard let info = root["ApprovalInfo"], let number = info.value("SpNoStr") ?? info.value("SpNo") else {
            return nil
        }
        // "Statu" is the vendor's spelling, and may be mended one day.
        let change = info.integer("StatuChangeEvent") ?? info.integer("StatusChangeEvent")
        self.init(
            number: number, name: info.value("SpName"), templateID: info.value("TemplateId"),
            status: info.integer("SpStatus").flatMap { ApprovalStatus(rawValue: $0) },
            change: change.flatMap { Change(rawValue: $0) },
            applicant: info["Applyer"]?.user("UserId"), appliedAt: info.time("ApplyTime"))
    }
}
