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

        /// The job that holds a conversation. `since` is when it was leased, of one that runs.
        package init(_ job: OpenJob, saying text: String, runningSince since: Timestamp?, progress: String? = nil) {
            let phase: Phase =
                if job.state == .waiting, let due = job.due {
                    .retrying(at: due)
                } else {
                    .running(since: since ?? IdentifierSource.time(of: job.id.number))
                }
            self.init(job: job.id, text: text, phase: phase, progress: progress)
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

    /// `current` shows the job that holds the conversation.
    package init(_ standing: ConversationMachine.Standing, current: Current?) {
        self.init(
            current: current, isOthers: standing.isOthers, waiting: standing.waiting, question: standing.question)
    }
}
