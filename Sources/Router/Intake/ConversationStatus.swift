package import System

/// The state of a conversation.
package struct ConversationStatus: Sendable, Equatable {
    package struct Current: Sendable, Equatable {
        package enum Phase: Sendable, Equatable {
            case running(since: Timestamp)
            /// It failed, and is to be tried again.
            case retrying(at: Timestamp)
        }

        package let job: JobID
        package let text: String
        package let phase: Phase
        /// The last that its agent told of where it stands, as the process told in which it runs.
        package let progress: String?

        package init(job: JobID, text: String, phase: Phase, progress: String? = nil) {
            self.job = job
            self.text = text
            self.phase = phase
            self.progress = progress
        }
    }

    /// The job at work; in a group the caller's own only.
    package let current: Current?
    /// True if the job at work is another member's.
    package let isOthers: Bool
    /// The number of messages that wait behind it.
    package let waiting: Int
    /// The question that the person is asked.
    package let question: String?

    package init(current: Current?, isOthers: Bool = false, waiting: Int, question: String?) {
        self.current = current
        self.isOthers = isOthers
        self.waiting = waiting
        self.question = question
    }
}
