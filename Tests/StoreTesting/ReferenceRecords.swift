package import Router
import System
import WeCom

/// A job as the reference has it, open or ended.
package struct ReferenceJob {
    /// One of its messages; a copy that a retry makes has a number of its own.
    package struct Message {
        package let number: Int
        package var text: String
        let sender: UserID
        var address: ReplyAddress
    }

    package let id: JobID
    package let epoch: Int64
    var member: UserID?
    let replayOf: JobID?
    package var messages: [Message]
    package var state = JobState.ready
    var due: Timestamp?
    package var attempt = 0
    package var lease: Int64 = 0
    var owner: String?
    var leasedUntil: Timestamp?
    package var crashes = 0
    package var cancel: String?
    var runningSince: Timestamp?
    /// The state from which it ended.
    var endedFrom: JobState?
    var isOperators = false
    /// Its messages were refused, which need not be said: the person may have heard it lately.
    var isRefused = false

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
        let text = messages.first { message in caller.map { message.sender == $0 } ?? true }?.text ?? ""
        return text.isEmpty ? "[…]" : text
    }
}

/// A delivery as the reference has it: one object wherever it stands, since it is large.
package final class ReferenceDelivery {
    package let id: DeliveryID
    package let part: Part
    let kind: Delivery.Class
    package let job: JobID?
    let replayOf: DeliveryID?
    package var state = DeliveryState.pending
    var due: Timestamp?
    package var attempt = 0
    package var checks: Bool?
    package var receipt = SendReceipt()

    init(id: DeliveryID, part: Part, kind: Delivery.Class, job: JobID?, replayOf: DeliveryID?) {
        (self.id, self.part, self.kind, self.job, self.replayOf) = (id, part, kind, job, replayOf)
    }

    package var lease: DeliveryLease { DeliveryLease(delivery: id, number: attempt) }

    var seen: OpenDelivery {
        OpenDelivery(
            id, kind, part.body.kind, job: job, isUnderWay: state == .sending, due: due, attempt: attempt,
            checksDuplicates: checks)
    }

    var place: (Int64, DeliveryID) { (kind.rawValue, id) }
}

/// A question as the reference has it, as large.
package final class ReferenceQuestion {
    package let id: QuestionID
    package let job: JobID
    var asked: AskedQuestion
    /// The delivery that shows it.
    var delivery: ReferenceDelivery
    package var ending: QuestionEnding?

    init(id: QuestionID, job: JobID, asked: AskedQuestion, delivery: ReferenceDelivery) {
        (self.id, self.job, self.asked, self.delivery) = (id, job, asked, delivery)
    }

    var known: KnownQuestion {
        let shown: KnownQuestion.Shown =
            switch delivery.state {
            case .pending: .unsent
            case .sending: .underWay
            case .sent: .sent(responseCode: delivery.receipt.responseCode)
            case .failed, .dropped: .never
            }
        return KnownQuestion(id, of: job, asked, ending: ending, delivery: delivery.id, shown: shown)
    }
}

extension Part {
    /// It puts a question on a card.
    var showsCard: Bool { if case .message(let content, _) = body { content.type == "template_card" } else { false } }
}
