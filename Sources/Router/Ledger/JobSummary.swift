package import System
import Text

/// A job as a list shows it.
package struct JobSummary: Sendable, Equatable {
    package let id: JobID
    package let endpoint: Endpoint
    /// The other side of its conversation, as in `user:zhangsan`.
    package let peer: String
    package let state: JobState
    package let attempt: Int
    package let reason: String?
    package let dueAt: Timestamp?
    package let endedAt: Timestamp?
    /// The reason for which it is to stop, while it runs on.
    package let cancellation: String?
    package let replayOf: JobID?
    /// The job that was made of it by a retry.
    package let retriedAs: JobID?
    /// The first message, cut to `maxExcerpt` characters.
    package let text: String
    package let parts: PartCount
    /// True of a message that was refused: it never was a job, and nothing of what it said is kept.
    package let isRefused: Bool

    package init(
        id: JobID, endpoint: Endpoint, peer: String, state: JobState, attempt: Int, reason: String?, dueAt: Timestamp?,
        endedAt: Timestamp?, cancellation: String?, replayOf: JobID?, retriedAs: JobID?, text: String, parts: PartCount,
        isRefused: Bool = false
    ) {
        self.id = id
        self.endpoint = endpoint
        self.peer = peer
        self.state = state
        self.attempt = attempt
        self.reason = reason
        self.dueAt = dueAt
        self.endedAt = endedAt
        self.cancellation = cancellation
        self.replayOf = replayOf
        self.retriedAs = retriedAs
        self.text = text
        self.parts = parts
        self.isRefused = isRefused
    }

    package var acceptedAt: Timestamp { IdentifierSource.time(of: id.number) }

    /// The length of a text as people are shown it.
    package static let maxExcerpt = 2000
}

/// The parts of a job's reply, and how many have gone out. A part that was replayed counts once.
package struct PartCount: Sendable, Equatable {
    package let all: Int
    package let sent: Int
    package let failed: Int
    /// The reason of the first that has not gone out.
    package let reason: String?

    package init(all: Int, sent: Int, failed: Int, reason: String?) {
        self.all = all
        self.sent = sent
        self.failed = failed
        self.reason = reason
    }
}

extension String {
    /// Cuts a text for a list: `JobSummary.maxExcerpt` characters, and four bytes for each.
    package var excerpt: String {
        cut(toCharacters: JobSummary.maxExcerpt, bytes: 4 * JobSummary.maxExcerpt, mark: "")
    }
}
