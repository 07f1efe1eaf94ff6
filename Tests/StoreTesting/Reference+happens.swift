package import Router
import SeededTesting
import System

extension Reference {
    /// Lets an event happen, with a choice of its own where a store has one, and checks what holds after it.
    func happens(_ event: RandomEvent, at now: Timestamp, _ random: inout SeededNumbers) throws {
        switch event {
        case .accept(let submission, let isTooFast): _ = try accept(submission, at: now, isTooFast: isTooFast)
        case .claim(let takesSuspect):
            try comeDue(at: now)
            let ready = all.filter { if case .ready? = $0.place { true } else { false } }
            guard let conversation = ready.randomElement(using: &random) else { break }
            _ = try claim(conversation, for: "test", at: now, takesSuspect: takesSuspect)
        case .settle(let lease, let settlement): _ = try settle(lease, as: settlement, at: now)
        case .say(let part, let kind, let lease): _ = try say(part, as: kind, for: lease, at: now)
        case .acknowledge(let part, let lease): _ = try acknowledge(part, for: lease, at: now)
        case .ask(let asked, let lease): _ = try ask(asked, for: lease, at: now)
        case .close(let question, let ending): _ = try close(question, as: ending, at: now)
        case .cancel(let job): _ = try cancel(job, why: "by an operator", notice: "cancelled", at: now)
        case .retry(let job): _ = try retry(job, at: now)
        case .replay(let delivery): _ = try replay(delivery, at: now)
        case .claimDelivery:
            try outboxesComeDue(at: now)
            let ready = all.filter { if case .ready? = $0.outbox { true } else { false } }
            guard let conversation = ready.randomElement(using: &random) else { break }
            _ = try takeDelivery(of: conversation, within: Reference.limits.out, at: now)
        case .markSent(let delivery, let receipt): try markSent(delivery, receipt, at: now)
        case .postpone(let delivery, let due): try postpone(delivery, until: due, at: now)
        case .markFailed(let delivery, let failure): try markFailed(delivery, as: failure, at: now)
        case .hurry(let endpoint): _ = try hurry(endpoint, at: now)
        case .giveAnew(let delivery): try giveAnew(delivery, at: now)
        case .rescue: _ = try rescue(except: "another", at: now)
        case .restart: try restart(at: now)
        }
        try check()
    }

    /// Checks what an event has changed.
    package func check() throws {
        for conversation in all where conversation.isUnchecked {
            try conversation.check()
            conversation.isUnchecked = false
        }
    }

    /// The limits, so low that they are reached.
    package static let limits: MemberLimits = {
        var limits = MemberLimits()
        (limits.outPerMinute, limits.outPerHour) = (6, 200)
        return limits
    }()

    package var isIdle: Bool { all.allSatisfy { $0.jobs.isEmpty && $0.outgoing.isEmpty && $0.outbox == nil } }
}
