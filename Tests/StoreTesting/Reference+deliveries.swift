package import Router
package import System
import TestSupport
import WeCom

extension Reference {
    /// Makes ready what is due by now, in every conversation.
    package func outboxesComeDue(at now: Timestamp) throws {
        for conversation in all {
            guard case .due(let at)? = conversation.outbox, at <= now else { continue }
            _ = try decide(conversation, at: now, knowing: places(conversation, at: now)) { machine in
                machine.outboxComesDue()
                return true
            }
        }
    }

    /// Has a courier look at a conversation whose outbox is ready. nil if nothing goes, or not now.
    package func takeDelivery(
        of conversation: ReferenceConversation, within limits: [MemberLimits.Rate], at now: Timestamp
    ) throws -> ReferenceDelivery? {
        guard case .ready(let since)? = conversation.outbox else {
            throw Unexpected("the outbox of \(conversation.key) is not ready")
        }
        let first = conversation.outgoing.first
        let isSign = first?.kind == .progress
        let machine = ConversationMachine(
            at: now, identifiers, outbox: .ready(since: since),
            deliveries: conversation.outgoing.prefix(isSign ? 2 : 1).map(\.seen))
        let recent = first.flatMap { $0.part.body.kind == .message ? recentSends(like: $0, conversation, now) : nil }
        let isOvertaken = isSign && conversation.hasEnded(first?.job)
        let departure = try decide(conversation, at: now, knowing: machine) { machine in
            machine.send(
                for: "test", lasting: DeliveryRules.leaseLength, after: recent, within: limits,
                signIsOvertaken: isOvertaken
            ) { rate in
                let counted = conversation.sends.filter { now.since($0.at) < rate.period }
                return counted.count < rate.count ? nil : counted[counted.count - rate.count].at
            }
        }
        guard case .goes(let open) = departure else { return nil }
        guard let delivery = conversation.delivery(open.id) else {
            throw Unexpected("\(open.id) goes and is not there")
        }
        if case .recall(let target) = delivery.part.body, recalled(target, conversation) == nil {
            _ = try decide(conversation, at: now, knowing: sending(delivery, conversation, at: now)) { machine in
                machine.dropRecall(delivery.lease)
                return true
            }
            return nil
        }
        return delivery
    }

    private func recalled(_ delivery: DeliveryID, _ conversation: ReferenceConversation) -> String? {
        conversation.delivery(delivery).flatMap { $0.state == .sent ? $0.receipt.wecomID : nil }
    }

    private func recentSends(
        like delivery: ReferenceDelivery, _ conversation: ReferenceConversation, _ now: Timestamp
    ) -> RecentSends {
        let recent = conversation.sends.filter { now.since($0.at) < Delivery.duplicateWindow }
        return RecentSends(count: recent.count, holdTheSame: recent.contains { $0.body == delivery.part.body })
    }

    // MARK: How a try ended

    package func markSent(_ lease: DeliveryLease, _ receipt: SendReceipt, at now: Timestamp) throws {
        try end(lease, at: now, withQuestions: receipt.responseCode != nil) { $0.noteSent(lease, receipt) }
    }

    package func postpone(_ lease: DeliveryLease, until due: Timestamp, at now: Timestamp) throws {
        guard let conversation = owner(of: lease.delivery.number), let sending = conversation.underWay else { return }
        let isOvertaken = sending.kind == .progress && conversation.hasEnded(sending.job)
        try end(lease, at: now) {
            $0.postpone(lease, until: due, reason: "busy", signIsOvertaken: isOvertaken)
        }
    }

    package func markFailed(_ lease: DeliveryLease, as failure: DeliveryFailure, at now: Timestamp) throws {
        try end(lease, at: now, withQuestions: true, withAll: true) { $0.fail(lease, reason: "no", as: failure) }
    }

    // MARK: Without a courier

    /// Has the deliveries of an app go at once that wait for their next try; of how many conversations one goes.
    package func hurry(_ endpoint: Endpoint, at now: Timestamp) throws -> Int {
        try all.count { conversation in
            guard conversation.key.endpoint == endpoint, case .due? = conversation.outbox else { return false }
            var machine = places(conversation, at: now)
            machine.learn(deliveries: conversation.outgoing.map(\.seen))
            return try decide(conversation, at: now, knowing: machine) { $0.hurry() }
        }
    }

    /// Sends an answer by the ways that are left whose end WeCom never asked for.
    package func giveAnew(_ id: DeliveryID, at now: Timestamp) throws {
        guard let conversation = owner(of: id.number), let sent = conversation.endedDeliveries[id], sent.state == .sent
        else { return }
        _ = try decide(conversation, at: now, knowing: places(conversation, at: now)) { machine in
            machine.giveAnew(sent.seen)
            return true
        }
    }

    private func end(
        _ lease: DeliveryLease, at now: Timestamp, withQuestions: Bool = false, withAll: Bool = false,
        _ event: (inout ConversationMachine) -> Void
    ) throws {
        guard let conversation = owner(of: lease.delivery.number), let known = conversation.underWay,
            known.lease == lease
        else { return }
        var machine = sending(known, conversation, at: now)
        if withAll { machine.learn(deliveries: conversation.outgoing.map(\.seen)) }
        if withQuestions, known.job != nil { machine.learn(questions: conversation.questions(of: known.job)) }
        _ = try decide(conversation, at: now, knowing: machine) { machine in
            event(&machine)
            return true
        }
    }

    /// Makes the machine that the end of a try needs: the outbox place, the delivery under way and the next.
    private func sending(
        _ delivery: ReferenceDelivery, _ conversation: ReferenceConversation, at now: Timestamp
    ) -> ConversationMachine {
        let next = conversation.outgoing.first { $0.id != delivery.id }
        return ConversationMachine(
            at: now, identifiers, outbox: conversation.outbox,
            deliveries: [delivery.seen] + (next.map { [$0.seen] } ?? []))
    }
}
