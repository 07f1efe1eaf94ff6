import Router
import System
import WeCom

/// A job as the reference has it, open or ended.
struct ReferenceJob {
    /// One of its messages; a copy that a retry makes has a number of its own.
    struct Message {
        let number: Int
        let text: String
        let sender: UserID
        let address: ReplyAddress
    }

    let id: JobID
    let epoch: Int64
    var member: UserID?
    let replayOf: JobID?
    var messages: [Message]
    var state = JobState.ready
    var due: Timestamp?
    var attempt = 0
    var lease: Int64 = 0
    var owner: String?
    var leasedUntil: Timestamp?
    var crashes = 0
    var cancel: String?
    var runningSince: Timestamp?
    /// The state from which it ended.
    var endedFrom: JobState?
    var isOperators = false

    /// Makes the job as the rules see it, which know of its messages, and of who wrote them, where an event says so.
    func seen(countingMessages: Bool = false, by caller: UserID? = nil) -> OpenJob {
        var job = OpenJob(
            id, state, due: due, attempt: attempt, lease: lease, crashes: crashes, epoch: epoch, member: member,
            cancel: cancel)
        if countingMessages { job.messages = messages.count }
        if caller != nil { job.senders = senders }
        return job
    }

    var senders: Set<UserID> { Set(messages.map(\.sender)) }

    func isAbout(_ caller: UserID?) -> Bool { caller.map(senders.contains) ?? true }

    func firstWords(of caller: UserID?) -> String {
        messages.first { message in caller.map { message.sender == $0 } ?? true }?.text ?? "[…]"
    }
}

/// A delivery as the reference has it.
struct ReferenceDelivery {
    let id: DeliveryID
    let part: Part
    let kind: Delivery.Class
    let job: JobID?
    let replayOf: DeliveryID?
    var state = DeliveryState.pending
    var due: Timestamp?
    var attempt = 0
    var checks: Bool?
    var receipt = SendReceipt()

    var lease: DeliveryLease { DeliveryLease(delivery: id, number: attempt) }

    var seen: OpenDelivery {
        OpenDelivery(
            id, kind, part.body.kind, job: job, isUnderWay: state == .sending, due: due, attempt: attempt,
            checksDuplicates: checks)
    }

    var place: (Int64, DeliveryID) { (kind.rawValue, id) }
}

/// A question as the reference has it.
struct ReferenceQuestion {
    let id: QuestionID
    let job: JobID
    var asked: AskedQuestion
    var delivery: DeliveryID
    var ending: QuestionEnding?
}

extension Part {
    /// It puts a question on a card.
    var showsCard: Bool { if case .message(let content, _) = body { content.type == "template_card" } else { false } }
}
