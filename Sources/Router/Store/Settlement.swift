package import System

/// The end of a turn, in the store's terms.
package struct Settlement: Sendable, Equatable {
    package let state: JobState
    /// The reason for the time line; nil where the state says it all.
    package let reason: String?
    /// The reply.
    package let parts: [Part]
    /// Answers of before that the reply holds: they had found no way out.
    package var gives: [KeptAnswer] = []
    /// Messages of our own; they go before any reply.
    package var notices: [Part]
    /// A message of our own, unless it was said lately.
    package let notice: Notice?
    /// True if the signs of life that went out are taken back, now that there is an end.
    package let recallsSigns: Bool
    /// The moment at which a job that waits is due again.
    package let due: Timestamp?
    /// An interrupted turn spends no attempt.
    package let spendsAttempt: Bool
    /// The agent's memory from now on.
    package let session: SessionUpdate?
    /// Messages in place of all else if it was its sender who had the job stopped.
    package var whenStopped: [Part] = []
    /// The answer as far as it was shown: it stays, in place of the reply, if somebody had the job stopped.
    package var remains: [Part] = []
    /// The agent is away or too busy, and the person knows.
    package var isHeldUp = false
    /// Its messages were refused: what they said is not kept.
    package var forgetsText = false
    /// The agent whose turn it was, by its name in the configuration; nil where it came to none.
    package var agent: String?
    /// The kind of failure that the job is given up for, for whoever reports it.
    package var failure: AgentFailure.Class?

    package init(
        _ state: JobState, reason: String? = nil, parts: [Part] = [], notices: [Part] = [], notice: Notice? = nil,
        recallsSigns: Bool = true, due: Timestamp? = nil, spendsAttempt: Bool = true, session: SessionUpdate? = nil
    ) {
        precondition(JobState.running.mayBecome(state), "a running job cannot become \(state)")
        precondition((state == .waiting) == (due != nil), "a job waits until a time")
        self.state = state
        self.reason = reason
        self.parts = parts
        self.notices = notices
        self.notice = notice
        self.recallsSigns = recallsSigns
        self.due = due
        self.spendsAttempt = spendsAttempt
        self.session = session
    }
}
