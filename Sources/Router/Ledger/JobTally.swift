package import System

/// The property of jobs by which they are counted together.
package enum JobGrouping: String, Sendable, CaseIterable {
    case app, user, agent, day, outcome
}

/// Jobs that are counted together, and what became of them.
package struct JobTally: Sendable, Equatable {
    /// The members of a group have all of these in common; which of them are there depends on the grouping.
    package struct Group: Hashable, Sendable {
        package var endpoint: Endpoint?
        package var peer: String?
        /// The agent of the last turn; nil where there was none yet.
        package var agent: String?
        /// A moment within the quarter of an hour in which they were accepted: days are made of those, wherever they begin.
        package var quarter: Timestamp?
        package var state: JobState?

        package init(
            endpoint: Endpoint? = nil, peer: String? = nil, agent: String? = nil, quarter: Timestamp? = nil,
            state: JobState? = nil
        ) {
            self.endpoint = endpoint
            self.peer = peer
            self.agent = agent
            self.quarter = quarter
            self.state = state
        }
    }

    /// The numbers that are added up.
    package struct Counts: Sendable, Equatable {
        package var jobs = 0
        package var done = 0
        package var failed = 0
        package var cancelled = 0
        package var attempts = 0
        /// From accepted to done, of those that were done, all together.
        package var answerTime = Duration.zero
        package var longestAnswerTime = Duration.zero

        package init() {}

        package static func += (sum: inout Counts, other: Counts) {
            sum.jobs += other.jobs
            sum.done += other.done
            sum.failed += other.failed
            sum.cancelled += other.cancelled
            sum.attempts += other.attempts
            sum.answerTime += other.answerTime
            sum.longestAnswerTime = max(sum.longestAnswerTime, other.longestAnswerTime)
        }
    }

    package let group: Group
    package let counts: Counts

    package init(_ group: Group, _ counts: Counts) {
        self.group = group
        self.counts = counts
    }
}
