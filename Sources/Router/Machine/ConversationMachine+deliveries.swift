package import System

extension ConversationMachine {
    /// Makes the outbox place ready that was to wait until now. Needs that place.
    package mutating func outboxComesDue() {
        guard case .due(let at) = outbox, at <= now else { return }
        outbox = .ready(since: at)
    }

    /// The result of taking a delivery of this conversation.
    package enum Departure: Sendable, Equatable {
        case goes(OpenDelivery)
        /// Later, not at all, or there is none.
        case none
    }

    /// Marks the first open delivery as being sent by `owner`. One that is due later, or would be too much for one person, puts the
    /// conversation off.
    ///
    /// Needs the outbox place and that delivery; of a message, what was sent lately; of a sign of life, whether its job has ended.
    package mutating func send(
        for owner: String, lasting length: Duration, after recent: RecentSends?, within limits: [MemberLimits.Rate],
        signIsOvertaken: Bool, sendBefore: (MemberLimits.Rate) throws -> Timestamp?
    ) rethrows -> Departure {
        guard let first = deliveries.first else {
            outbox = nil
            return .none
        }
        if let due = first.due, due > now {
            outbox = .due(at: due)
            return .none
        }
        if let later = try recent?.wait(within: limits, sendBefore: sendBefore) {
            outbox = .due(at: later)
            return .none
        }
        if first.kind == .progress, signIsOvertaken {
            end(first, as: .dropped, reason: "overtaken")
            return .none
        }
        let checks = first.checksDuplicates ?? recent?.allowDuplicateCheck ?? false
        deliveries[0].isUnderWay = true
        deliveries[0].due = nil
        deliveries[0].attempt += 1
        deliveries[0].checksDuplicates = checks
        record(.delivery(first.id, .beginSending(checksDuplicates: checks)))
        outbox = .taken(since: outbox?.at ?? now, by: Place.Holder(owner: owner, until: now.advanced(by: length)))
        return .goes(deliveries[0])
    }

    /// Ends the recall under way of what never went. Needs the outbox place and the first two open deliveries.
    package mutating func dropRecall(_ lease: DeliveryLease) {
        guard let delivery = underWay(lease) else { return }
        end(delivery, as: .dropped, reason: "there is nothing to take back")
    }

    /// WeCom took a delivery. Needs the outbox place, the delivery and the first of the others; where the receipt has a code, the
    /// questions of the job.
    package mutating func noteSent(_ lease: DeliveryLease, _ receipt: SendReceipt) {
        guard let delivery = underWay(lease) else { return }
        record(.delivery(delivery.id, .end(.sent, receipt, reason: receipt.unreached?.stored)))
        deliveries.removeAll { $0.id == delivery.id }
        if let code = receipt.responseCode, delivery.job != nil { showEnding(of: delivery.id, with: code) }
        if delivery.body == .message {
            record(.delivery(delivery.id, .countSend))
            if let job = delivery.job, delivery.kind != .progress { note(job, "sent", receipt.words) }
        }
        passOutboxOn()
    }

    /// Puts a delivery off that goes again at `due`; a sign of life whose job has ended meanwhile is dropped. Needs the outbox
    /// place, the delivery and the first of the others.
    package mutating func postpone(
        _ lease: DeliveryLease, until due: Timestamp, reason: String?, signIsOvertaken: Bool
    ) {
        guard let delivery = underWay(lease) else { return }
        if delivery.kind == .progress, signIsOvertaken { return end(delivery, as: .dropped, reason: "overtaken") }
        putBack(delivery, due: due, reason: reason)
        passOutboxOn()
    }

    /// Has the delivery go at once that waits for its next try. Needs the outbox place and the open deliveries. False where none does.
    package mutating func hurry() -> Bool {
        guard case .due = outbox, let next = deliveries.min(by: OpenDelivery.goes), let due = next.due, due > now else {
            return false
        }
        putBack(next, due: nil, reason: nil)
        outbox = .ready(since: now)
        return true
    }

    /// Takes a delivery back whose courier went away silently. WeCom may or may not have taken it: the identical bytes go
    /// again, under its duplicate check if they went with it the first time. Needs the outbox place and those under way.
    package mutating func takeBackSendings(reason: String) {
        for delivery in deliveries where delivery.isUnderWay { putBack(delivery, due: nil, reason: reason) }
        if outbox?.isTaken == true { outbox = .ready(since: now) }
    }

    /// Ends a delivery that will not go. The rest of its reply fails with it where a piece that is missing in the middle would
    /// mislead. A question that cannot be shown as a card is put in words.
    ///
    /// Needs the outbox place, the open deliveries of the conversation, and the open questions of the job.
    package mutating func fail(_ lease: DeliveryLease, reason: String, as failure: DeliveryFailure = .ofReply) {
        guard let delivery = underWay(lease) else { return }
        guard delivery.isMissed else { return end(delivery, as: .dropped, reason: reason) }
        record(.delivery(delivery.id, .end(.failed, SendReceipt(), reason: reason)))
        deliveries.removeAll { $0.id == delivery.id }
        if let job = delivery.job {
            if failure == .forWantOfWays, delivery.kind == .final, delivery.body == .message {
                record(.delivery(delivery.id, .keep))
                note(job, "kept for the next answer", reason)
            } else {
                note(job, "delivery failed", reason)
            }
            if delivery.kind == .final, failure == .ofReply { failRest(of: job) }
            if delivery.kind == .control { askInWords(insteadOf: delivery.id) }
        }
        passOutboxOn()
    }

    private mutating func failRest(of job: JobID) {
        let rest = deliveries.filter {
            $0.job == job && $0.kind == .final && $0.body == .message && !$0.isUnderWay
        }
        for part in rest {
            record(
                .delivery(part.id, .end(.failed, SendReceipt(), reason: "an earlier part of the reply failed")))
        }
        deliveries.removeAll { rest.contains($0) }
    }

    /// A delivery that has ended, as a replay sees it.
    package struct EndedDelivery: Sendable, Equatable {
        package let id: DeliveryID
        package let state: DeliveryState
        package let job: JobID?
        /// The delivery that sends it anew already.
        package let replayedAs: DeliveryID?

        package init(_ id: DeliveryID, _ state: DeliveryState, of job: JobID?, replayedAs: DeliveryID?) {
            self.id = id
            self.state = state
            self.job = job
            self.replayedAs = replayedAs
        }
    }

    /// Sends a delivery anew that failed, as an operator wants it. `failed` are that one and those behind it of the same reply that
    /// failed and are not replayed.
    ///
    /// Needs the places; and, as `holdsKept`, whether there are answers of before that go with the next one.
    package mutating func replay(
        _ delivery: EndedDelivery, with failed: [OpenDelivery], holdsKept: Bool
    ) throws(ControlRefusal) -> [DeliveryID] {
        if let earlier = delivery.replayedAs {
            throw .notNow("\(delivery.id) was replayed already, as \(earlier)")
        }
        guard delivery.state == .failed else {
            throw .notNow("\(delivery.id) is \(delivery.state): only what has failed can be replayed")
        }
        if place?.isTaken == true, holdsKept {
            throw .notNow(
                "\(delivery.id) may be given with the answer that is being made: look again when that has gone")
        }
        return replay(failed, of: delivery.job)
    }

    private mutating func replay(_ failed: [OpenDelivery], of job: JobID?) -> [DeliveryID] {
        let replays = failed.map { sendAnew($0, of: job) }
        if let job, let first = replays.first, let original = failed.first {
            let others = replays.count > 1 ? ", and \(replays.count - 1) more" : ""
            note(job, "delivery replayed", "\(original.id) as \(first)\(others)", by: TimeLineEntry.operator)
        }
        return replays
    }

    /// Sends an answer by the ways that are left whose stream WeCom never asked for. Needs the outbox place.
    package mutating func giveAnew(_ delivery: OpenDelivery) {
        let new = sendAnew(delivery, of: delivery.job)
        let reason = "WeCom did not fetch the end of its stream"
        record(.delivery(delivery.id, .end(.dropped, SendReceipt(), reason: "\(reason); it goes as \(new)")))
        if let job = delivery.job { note(job, "sent anew", reason) }
    }

    // MARK: Pieces

    private mutating func sendAnew(_ delivery: OpenDelivery, of job: JobID?) -> DeliveryID {
        let new = DeliveryID(identifiers.next(at: now))
        record(.delivery(new, .copy(of: delivery.id)))
        deliveries.append(OpenDelivery(new, delivery.kind, delivery.body, job: job))
        if outbox == nil { outbox = .ready(since: now) }
        return new
    }

    /// The delivery that is being sent under that lease.
    private func underWay(_ lease: DeliveryLease) -> OpenDelivery? {
        deliveries.first { $0.isUnderWay && $0.lease == lease }
    }

    private mutating func end(_ delivery: OpenDelivery, as state: DeliveryState, reason: String) {
        record(.delivery(delivery.id, .end(state, SendReceipt(), reason: reason)))
        deliveries.removeAll { $0.id == delivery.id }
        passOutboxOn()
    }

    private mutating func putBack(_ delivery: OpenDelivery, due: Timestamp?, reason: String?) {
        record(.delivery(delivery.id, .putBack(due: due, reason: reason)))
        guard let index = deliveries.firstIndex(where: { $0.id == delivery.id }) else { return }
        (deliveries[index].isUnderWay, deliveries[index].due) = (false, due)
    }

    /// Gives the outbox place to the next delivery, now or when it is due; with none left there is none.
    private mutating func passOutboxOn() {
        guard let next = deliveries.min(by: OpenDelivery.goes) else {
            outbox = nil
            return
        }
        outbox = if let due = next.due, due > now { .due(at: due) } else { .ready(since: now) }
    }
}
