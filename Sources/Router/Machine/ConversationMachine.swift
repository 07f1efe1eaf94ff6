package import System

/// The rules of one conversation, as a value: an event goes in, changes to store come out.
///
/// It alone decides what may follow what: which job is next, what a stop, a crash or a retry comes to, when a delivery goes. A
/// store loads what an event looks at, calls the event's method, and writes `takeChanges()` in the same transaction. It may
/// leave out what the event does not look at; each method says what it needs to know.
package struct ConversationMachine: Sendable {
    /// The time of the event.
    package var now: Timestamp
    /// Numbers what is new; taken back by the store with the changes.
    package var identifiers: IdentifierSource

    /// The session of the conversation.
    package internal(set) var epoch: Int64
    /// The sessions that a group's members have of their own, as far as an event has to know.
    package internal(set) var own = OwnSessions()
    /// nil while no job is open.
    package internal(set) var place: Place?
    /// nil while nothing is to be sent.
    package internal(set) var outbox: Place?
    /// The open jobs that are known, in order.
    package internal(set) var jobs: [OpenJob]
    /// Counts the open jobs that are not among `jobs`.
    package internal(set) var unseen: Int
    /// The deliveries that are known and have not ended, in the order in which they go.
    package internal(set) var deliveries: [OpenDelivery]
    /// The questions that are known.
    package internal(set) var questions: [KnownQuestion]
    /// The signs of life that are known of the jobs that an event may end, sent or not.
    package internal(set) var signs: [SignOfLife] = []
    /// The job whose message came last among those that have ended: the one that a retry means.
    package internal(set) var lastEnded: JobID?
    /// True of a group chat, where a retry means the last of the caller's own.
    package let isGroup: Bool
    /// The moment at which it last heard notices of a kind.
    package private(set) var heard: [Notice.Kind: Timestamp] = [:]

    private var storedPlace: Place?
    private var storedOutbox: Place?
    private var changes: [ConversationChange] = []

    package init(
        at now: Timestamp, _ identifiers: IdentifierSource, epoch: Int64 = 0, place: Place? = nil, outbox: Place? = nil,
        lastEnded: JobID? = nil, isGroup: Bool = false, jobs: [OpenJob] = [], deliveries: [OpenDelivery] = []
    ) {
        self.now = now
        self.identifiers = identifiers
        self.epoch = epoch
        self.place = place
        self.outbox = outbox
        self.lastEnded = lastEnded
        self.isGroup = isGroup
        self.jobs = jobs
        self.deliveries = deliveries
        unseen = 0
        questions = []
        storedPlace = place
        storedOutbox = outbox
    }

    // MARK: Loading

    /// Learns of open jobs, in order, and of how many there are besides.
    package mutating func learn(jobs: [OpenJob], unseen: Int = 0) {
        self.jobs = jobs
        self.unseen = unseen
    }

    package mutating func learn(own: OwnSessions) { self.own = own }

    package mutating func learn(questions: [KnownQuestion]) { self.questions = questions }

    package mutating func learn(deliveries: [OpenDelivery]) { self.deliveries = deliveries }

    package mutating func learn(signs: [SignOfLife]) { self.signs = signs }

    package mutating func learn(heard kind: Notice.Kind, at moment: Timestamp?) { heard[kind] = moment }

    // MARK: Changes

    /// The changes since the last call, in the order in which they are to be made.
    package mutating func takeChanges() -> [ConversationChange] {
        if place != storedPlace { changes.append(.place(place, was: storedPlace)) }
        if outbox != storedOutbox { changes.append(.outbox(outbox, was: storedOutbox)) }
        (storedPlace, storedOutbox) = (place, outbox)
        defer { changes = [] }
        return changes
    }

    mutating func record(_ change: ConversationChange) { changes.append(change) }

    /// Adds a line to a job's time line.
    mutating func note(_ job: JobID, _ what: String, _ why: String? = nil, by who: String? = nil) {
        record(.job(job, .note(TimeLineEntry(what, why, by: who))))
    }
}

// MARK: Jobs

extension ConversationMachine {
    /// Makes a job's move, out of a worker's hands or to its end.
    mutating func move(
        _ job: OpenJob, to state: JobState, due: Timestamp? = nil, reason: String?, attempt: Int? = nil,
        isTakenAway: Bool = false, heldUpSince: Timestamp? = nil, agent: String? = nil
    ) {
        precondition(job.state.mayBecome(state), "a \(job.state) job cannot become \(state)")
        let move = JobMove(
            state: state, due: due, attempt: attempt ?? job.attempt, lease: job.lease + (isTakenAway ? 1 : 0),
            crashes: job.crashes + (isTakenAway ? 1 : 0), reason: reason, heldUpSince: heldUpSince, agent: agent)
        record(.job(job.id, .move(move)))
        guard let index = jobs.firstIndex(where: { $0.id == job.id }) else { return }
        if state.isTerminal {
            jobs.remove(at: index)
        } else {
            (jobs[index].state, jobs[index].due, jobs[index].cancel) = (state, due, nil)
            (jobs[index].attempt, jobs[index].lease) = (move.attempt, move.lease)
            (jobs[index].crashes, jobs[index].heldUpSince) = (move.crashes, heldUpSince)
        }
    }

    /// Gives the conversation's place to the first of its open jobs, now or when that is due; with none left it has none.
    /// Needs the first of the open jobs.
    mutating func passPlaceOn(since moment: Timestamp?) {
        guard let next = jobs.first else {
            place = unseen == 0 ? nil : .ready(since: now)
            return
        }
        switch next.state {
        case .waiting: place = .due(at: next.due ?? now)
        case .ready:
            if case .ready = place { return }
            place = .ready(since: moment ?? place?.at ?? now)
        case .running, .done, .failed, .cancelled: break
        }
    }

    /// Notes for a retry which job ended last. Of those of a group's members it need not be the last of all: what waits may end
    /// before what runs.
    mutating func noteEnd(of job: JobID) {
        if isGroup { record(.endedForMembers(job)) }
        guard lastEnded.map({ $0 < job }) ?? true else { return }
        lastEnded = job
        record(.lastEnded(job))
    }

    /// The job in a worker's hands. Needs the first of the open jobs.
    var running: OpenJob? { jobs.first.flatMap { $0.state == .running ? $0 : nil } }

    /// Counts the jobs that wait, up to what may.
    var waiting: Int { jobs.count + unseen - (place?.isTaken == true ? 1 : 0) }

    package var isFull: Bool { waiting >= Submission.maxWaiting }
}

// MARK: What is sent

extension ConversationMachine {
    @discardableResult
    mutating func enqueue(_ part: Part, _ kind: Delivery.Class, job: JobID?) -> DeliveryID {
        let id = DeliveryID(identifiers.next(at: now))
        record(.delivery(id, .add(part, kind, job: job)))
        deliveries.append(OpenDelivery(id, kind, part.body.kind, job: job))
        switch outbox {
        case nil: outbox = .ready(since: now)
        // Notices of our own go before a reply that waits for its next try.
        case .due where kind == .control: outbox = .ready(since: now)
        case .due, .ready, .taken: break
        }
        return id
    }

    mutating func enqueue(_ parts: [Part], _ kind: Delivery.Class, job: JobID?) {
        for part in parts { enqueue(part, kind, job: job) }
    }

    /// Says something of our own, unless the conversation heard a notice of its kind lately. Needs when it did.
    mutating func say(_ notice: Notice) {
        guard let part = notice.part, hear(notice) else { return }
        enqueue(part, .control, job: nil)
    }

    /// Counts a notice as heard. False if one of its kind was lately.
    mutating func hear(_ notice: Notice) -> Bool {
        if let last = heard[notice.kind], notice.isTooSoon(after: last, at: now) { return false }
        heard[notice.kind] = now
        record(.heard(notice.kind, at: now))
        return true
    }

    /// Takes a delivery out that has not gone. Whatever waited behind it for its next try waits no longer.
    mutating func drop(unsent delivery: DeliveryID) {
        record(.delivery(delivery, .end(.dropped, SendReceipt(), reason: "overtaken")))
        deliveries.removeAll { $0.id == delivery }
        signs.removeAll { $0.delivery == delivery }
        if case .due = outbox { outbox = .ready(since: now) }
    }
}
