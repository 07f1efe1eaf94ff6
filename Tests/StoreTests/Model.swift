import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// The promises of a store, as plain arrays.
struct Model {
    struct WaitingJob {
        let id: JobID
        let text: String
        var attempts = 0
        var crashes = 0
        var leasedUntil: Timestamp?
        var due: Timestamp?

        /// A job that is claimed one at a time, since it may be what brings the process down.
        var isSuspect: Bool { crashes >= ClaimRules.suspectCrashes }
    }

    struct WaitingPart {
        let text: String
        /// None for a notice.
        let job: JobID?
        var id: DeliveryID?
        var attempts = 0
        var checks: Bool?
        var due: Timestamp?
    }

    struct Conversation {
        /// Those not ended, the running one first.
        var jobs: [WaitingJob] = []
        var notices: [WaitingPart] = []
        var parts: [WaitingPart] = []
        var inFlight: WaitingPart?
        var noticedAt: Timestamp?
        var sentAt: [String: Timestamp] = [:]
    }

    private var conversations: [ConversationKey: Conversation] = [:]
    private(set) var running: [ConversationKey: ClaimedJob] = [:]
    private(set) var lostLeases: [Lease] = []
    private(set) var ended: [JobID] = []
    private(set) var sent: [DeliveryID] = []
    private var last: JobID?

    var isIdle: Bool {
        conversations.values.allSatisfy {
            $0.jobs.isEmpty && $0.notices.isEmpty && $0.parts.isEmpty && $0.inFlight == nil
        }
    }

    // MARK: Jobs

    mutating func accepted(
        _ text: String,
        from user: String,
        to app: Endpoint,
        _ effect: Effect,
        at now: Timestamp
    ) throws {
        let key = ConversationKey(endpoint: app, user: .init(user))
        var conversation = conversations[key] ?? Conversation()
        let waiting = conversation.jobs.count - (running[key] == nil ? 0 : 1)
        if waiting >= Submission.maxWaiting {
            try #require(effect == .notice(.tooMuch))
            if conversation.noticedAt.map({ now.since($0) >= .seconds(3600) }) ?? true {
                conversation.noticedAt = now
                conversation.notices.append(WaitingPart(text: "too many wait", job: nil))
            }
        } else {
            guard case .job(let job) = effect else { throw Unexpected("\(text) came to \(effect)") }
            try #require(last.map { $0 < job } ?? true)
            last = job
            conversation.jobs.append(WaitingJob(id: job, text: text))
        }
        conversations[key] = conversation
    }

    /// Counts the conversations that could have a job claimed: those whose job is no suspect, and all.
    func claimable(at now: Timestamp) -> ClosedRange<Int> {
        let first = conversations.compactMap { key, conversation in running[key] == nil ? conversation.jobs.first : nil
        }
        let ready = first.filter { $0.due.map { $0 <= now } ?? true }
        return ready.count { !$0.isSuspect }...ready.count
    }

    mutating func claimed(_ job: ClaimedJob, at now: Timestamp) throws {
        let key = job.conversation
        try #require(running[key] == nil)
        var first = try #require(conversations[key]?.jobs.first)
        first.attempts += 1
        first.due = nil
        first.leasedUntil = now.advanced(by: ClaimRules.leaseLength)
        try #require(first.id == job.lease.job && first.text == job.text && first.attempts == job.attempt)
        conversations[key]?.jobs[0] = first
        running[key] = job
    }

    mutating func settled(_ job: ClaimedJob, _ settlement: Settlement) {
        let key = job.conversation
        running[key] = nil
        lostLeases.append(job.lease)
        if settlement.state == .ready || settlement.state == .waiting {
            if !settlement.spendsAttempt { conversations[key]?.jobs[0].attempts -= 1 }
            conversations[key]?.jobs[0].due = settlement.due
        } else {
            conversations[key]?.jobs.removeFirst()
            ended.append(job.lease.job)
            conversations[key]?.parts += settlement.parts.map { WaitingPart(text: $0.text, job: job.lease.job) }
        }
    }

    mutating func restarted() {
        for key in running.keys { takeBack(key) }
        for key in conversations.keys { conversations[key]?.putBack() }
    }

    /// The jobs whose lease has run out are given back; how many there are.
    mutating func rescued(at now: Timestamp) -> Int {
        let expired = running.keys.filter { key in
            conversations[key]?.jobs.first?.leasedUntil.map { $0 < now } == true
        }
        for key in expired { takeBack(key) }
        return expired.count
    }

    private mutating func takeBack(_ key: ConversationKey) {
        guard let job = running.removeValue(forKey: key) else { return }
        lostLeases.append(job.lease)
        conversations[key]?.jobs[0].attempts -= 1
        conversations[key]?.jobs[0].crashes += 1
        guard conversations[key]?.jobs[0].crashes == ConversationMachine.maxCrashes else { return }
        conversations[key]?.jobs.removeFirst()
        ended.append(job.lease.job)
        conversations[key]?.parts.append(WaitingPart(text: crashWords(of: job.lease.job), job: job.lease.job))
    }

    // MARK: Deliveries

    func sendable(at now: Timestamp) -> Int { conversations.values.count { $0.next(at: now) != nil } }

    mutating func beganSending(_ delivery: Delivery, at now: Timestamp) throws {
        var conversation = try #require(conversations[delivery.conversation])
        var part = try #require(conversation.next(at: now))
        try #require(part.text == delivery.part.text && part.job == delivery.job)
        try #require(part.id == nil || part.id == delivery.id)
        part.id = delivery.id
        part.attempts += 1
        part.due = nil
        let isFresh = conversation.sentAt[part.text].map { now.since($0) >= Delivery.duplicateWindow } ?? true
        part.checks = part.checks ?? isFresh
        try #require(part.attempts == delivery.attempt && part.checks == delivery.checksDuplicates)
        conversation.takeFirst()
        conversation.inFlight = part
        conversations[delivery.conversation] = conversation
    }

    mutating func sent(_ delivery: Delivery, at now: Timestamp) {
        conversations[delivery.conversation]?.inFlight = nil
        conversations[delivery.conversation]?.sentAt[delivery.part.text] = now
        sent.append(delivery.id)
    }

    mutating func postponed(_ delivery: Delivery, until due: Timestamp) {
        conversations[delivery.conversation]?.inFlight?.due = due
        conversations[delivery.conversation]?.putBack()
    }

    mutating func failed(_ delivery: Delivery) {
        conversations[delivery.conversation]?.inFlight = nil
        if let job = delivery.job { conversations[delivery.conversation]?.parts.removeAll { $0.job == job } }
    }
}

extension Model.Conversation {
    /// Finds what goes next, if anything may.
    func next(at now: Timestamp) -> Model.WaitingPart? {
        guard inFlight == nil, let first = notices.first ?? parts.first else { return nil }
        return first.due.map { $0 > now } == true ? nil : first
    }

    mutating func takeFirst() {
        if notices.isEmpty { parts.removeFirst() } else { notices.removeFirst() }
    }

    mutating func putBack() {
        guard let part = inFlight else { return }
        inFlight = nil
        if part.job == nil { notices.insert(part, at: 0) } else { parts.insert(part, at: 0) }
    }
}
