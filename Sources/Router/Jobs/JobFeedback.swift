package import System
import Text
package import WeCom

/// A person's last verdict on the answer to a job.
package struct JobFeedback: Sendable, Equatable {
    /// nil where WeCom does not tell.
    package let user: UserID?
    package let at: Timestamp
    package let verdict: BotFeedback.Verdict
    package let reasons: [BotFeedback.Reason]
    /// The person's own words, cut to `longestComment` bytes.
    package let comment: String?

    package init(
        of user: UserID?, at moment: Timestamp, _ verdict: BotFeedback.Verdict, reasons: [BotFeedback.Reason] = [],
        comment: String? = nil
    ) {
        self.user = user
        at = moment
        self.verdict = verdict
        self.reasons = reasons
        self.comment = comment?.cut(toBytes: JobFeedback.longestComment)
    }

    package static let longestComment = 4 << 10
}

extension BotFeedback.Verdict {
    /// The word for it in lists and metrics.
    package var word: String {
        switch self {
        case .accurate: "accurate"
        case .inaccurate: "inaccurate"
        case .cancelled: "cancelled"
        }
    }
}

extension BotFeedback.Reason {
    /// The word for it in lists.
    package var word: String {
        switch self {
        case .irrelevant: "irrelevant"
        case .incomplete: "incomplete"
        case .wrong: "wrong"
        case .wrongAnalysis: "wrong_analysis"
        }
    }
}

extension FeedbackID {
    /// The id by which thumbs on the answer to a job are known.
    package init(of job: JobID) { self.init(job.description) }

    /// The job whose answer has that id; nil for an id that is none of ours.
    package static func job(of id: String) -> JobID? { id.utf8.count <= maxBytes ? JobID(id) : nil }
}
