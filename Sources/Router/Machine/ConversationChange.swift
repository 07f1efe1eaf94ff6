package import System
package import WeCom

/// One thing that a store has to write, as it is told.
///
/// A store makes changes in their order, within the transaction that read what they were made from. None is left to its
/// judgement.
package enum ConversationChange: Sendable, Equatable {
    case epoch(Int64)
    /// The session of a member of a group who has their own.
    case memberEpoch(UserID, Int64)
    /// Its place among those that wait for a worker, and the place that it had.
    case place(Place?, was: Place?)
    /// Its place among those with something to send, and the place that it had.
    case outbox(Place?, was: Place?)
    /// It was told something of a kind that it hears now and then.
    case heard(Notice.Kind, at: Timestamp)
    /// The job whose message came last among those that have ended.
    case lastEnded(JobID)
    /// A job of a group has ended: for each who wrote it the last of theirs, unless a later one has.
    case endedForMembers(JobID)
    // Each apart: the largest of them, a question, is 1.4 KB, for which every change would have room.
    indirect case job(JobID, JobChange)
    indirect case question(QuestionID, QuestionChange)
    indirect case delivery(DeliveryID, DeliveryChange)
}

package enum JobChange: Sendable, Equatable {
    /// A job of the message that came.
    case add(epoch: Int64, member: UserID?)
    /// The message that came, behind those that the job has.
    case addMessage
    /// A job of the same messages as another, which has ended.
    case copy(of: JobID, epoch: Int64, member: UserID?)
    /// Its answer goes there, rather than where its last message came from.
    case readdress(ReplyAddress)
    /// The messages of another job, before those that this one has.
    case takeMessages(of: JobID)
    /// It loses those of its messages that this person wrote.
    case dropMessages(of: UserID)
    /// A worker has it.
    case lease(OpenJob, owner: String, until: Timestamp)
    /// Its next try is due.
    case makeReady
    /// Its way out of a worker's hands, or to its end.
    case move(JobMove)
    case requestStop(why: String)
    /// Its agent's memory, in the epoch of the turn that says so.
    case remember(SessionUpdate, epoch: Int64)
    /// Its messages lose their text: they were refused.
    case forgetText
    /// The calls of its agent are of no use any more.
    case forgetCalls
    /// Its questions that are open still: nobody can read them.
    case endUnreadableQuestions
    case note(TimeLineEntry)
}

package enum QuestionChange: Sendable, Equatable {
    case add(AskedQuestion, of: Lease, shownBy: DeliveryID)
    case show(as: AskedQuestion.Style, by: DeliveryID)
    case end(QuestionEnding)
}

package enum DeliveryChange: Sendable, Equatable {
    case add(Part, Delivery.Class, job: JobID?)
    /// The part of another, which failed, once more.
    case copy(of: DeliveryID)
    case beginSending(checksDuplicates: Bool)
    /// It waits again. Without a reason it keeps the one that it had.
    case putBack(due: Timestamp?, reason: String?)
    case end(DeliveryState, SendReceipt, reason: String?)
    /// It has ended for want of a way out, and waits to be given with a later answer. Any other end takes that back.
    case keep
    /// It counts for what a person may be sent, and for the duplicate check.
    case countSend
}

/// A job's move out of a worker's hands, or to its end.
package struct JobMove: Sendable, Equatable {
    package let state: JobState
    package let due: Timestamp?
    package let attempt: Int
    /// The number of its lease, which rises where that was taken away.
    package let lease: Int64
    package let crashes: Int
    package let reason: String?
    package let heldUpSince: Timestamp?
    /// The agent of the turn which ended; nil leaves the one before.
    package var agent: String?
}

/// A line of a job's time line.
package struct TimeLineEntry: Sendable, Equatable {
    package let what: String
    package let why: String?
    /// The operator or person who had it done; nil for the router itself.
    package let who: String?

    init(_ what: String, _ why: String? = nil, by who: String? = nil) {
        self.what = what
        self.why = why
        self.who = who
    }

    static let `operator` = "operator"
}
