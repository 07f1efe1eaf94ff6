package import Router
import System
import WeCom

/// A conversation as plain records, to which changes are applied as they are told: it knows none of the machine's rules.
package final class ReferenceConversation {
    package let key: ConversationKey
    var epoch: Int64 = 0
    /// The sessions that members of a group have of their own.
    var own: [UserID: Int64] = [:]
    package var place: Place?
    package var outbox: Place?
    var lastEnded: JobID?
    /// The last job of each member of a group.
    var lastOfMembers: [UserID: JobID] = [:]
    var heard: [Notice.Kind: Timestamp] = [:]

    /// The open jobs in order.
    package var jobs: [ReferenceJob] = []
    var endedJobs: [JobID: ReferenceJob] = [:]
    /// The open deliveries in the order in which they go.
    package var outgoing: [ReferenceDelivery] = []
    var endedDeliveries: [DeliveryID: ReferenceDelivery] = [:]
    /// The answers that found no way out, and were not given since.
    var kept: Set<DeliveryID> = []
    package var questions: [ReferenceQuestion] = []
    /// The questions as the rules see them; nil where one has changed since, or what shows it.
    private var knownQuestions: [KnownQuestion]?
    /// The signs of life that went, or may go.
    var signs: [ReferenceDelivery] = []
    var sends: [(at: Timestamp, body: Part.Body)] = []

    /// The last job that was claimed, and the last delivery of each class that began to go: they have to be in order.
    var lastClaimed: JobID?
    var lastBegun: [Delivery.Class: DeliveryID] = [:]
    /// Counts the messages that there must be.
    var messageCount = 0
    var messagesOfEnded = 0
    /// Counts the messages that retries have copied.
    var copyCount = 0
    /// Something was applied since it was checked.
    var isUnchecked = false

    init(_ key: ConversationKey) { self.key = key }

    package var running: ReferenceJob? { jobs.first { $0.state == .running } }
    var underWay: ReferenceDelivery? { outgoing.first { $0.state == .sending } }

    package func job(_ id: JobID) -> ReferenceJob? { jobs.first { $0.id == id } ?? endedJobs[id] }

    package func delivery(_ id: DeliveryID) -> ReferenceDelivery? {
        endedDeliveries[id] ?? outgoing.first { $0.id == id }
    }

    /// The job that retries this one.
    func retry(of job: JobID) -> JobID? {
        jobs.first { $0.replayOf == job }?.id ?? endedJobs.values.first { $0.replayOf == job }?.id
    }

    func replay(of delivery: DeliveryID) -> DeliveryID? {
        outgoing.first { $0.replayOf == delivery }?.id
            ?? endedDeliveries.values.first { $0.replayOf == delivery }?.id
    }

    /// The answers that may go with the next one, the oldest first.
    var keptAnswers: [KeptAnswer] {
        kept.filter { replay(of: $0) == nil }.sorted().prefix(KeptAnswer.most).compactMap { id in
            guard let delivery = endedDeliveries[id], let job = delivery.job else { return nil }
            return KeptAnswer(id, of: job, delivery.part.body)
        }
    }

    func hasEnded(_ job: JobID?) -> Bool { job.map { endedJobs[$0] != nil } ?? false }
}

// MARK: As the rules see it

extension ReferenceConversation {
    /// Every question that was asked.
    func allQuestions() -> [KnownQuestion] {
        if let knownQuestions { return knownQuestions }
        let known = questions.map(\.known)
        knownQuestions = known
        return known
    }

    func questionHasChanged() { knownQuestions = nil }

    package func openQuestions() -> [KnownQuestion] { allQuestions().filter { $0.ending == nil } }

    func questions(of job: JobID?) -> [KnownQuestion] { allQuestions().filter { $0.job == job } }

    func signs(of job: JobID? = nil) -> [SignOfLife] {
        signs.compactMap { sign in
            guard let owner = sign.job, job == nil || job == owner else { return nil }
            return SignOfLife(sign.id, of: owner, to: sign.part.address, isUnsent: sign.state == .pending)
        }
    }

    func own(of member: UserID?) -> OwnSessions {
        OwnSessions(of: member, epoch: member.flatMap { own[$0] }, last: own.values.max())
    }

    /// The session that a message belongs to; nil for one that begins with it.
    func session(of member: UserID?) -> Int64? {
        guard let member else { return epoch }
        return own[member].flatMap { $0 > epoch ? $0 : nil }
    }

    /// The rules with the places, as a store begins each event.
    func places(at now: Timestamp, _ identifiers: IdentifierSource) -> ConversationMachine {
        ConversationMachine(
            at: now, identifiers, epoch: epoch, place: place, outbox: outbox, lastEnded: lastEnded,
            isGroup: key.chat != nil)
    }

    /// The rules with everything that there is to know.
    func everything(
        at now: Timestamp, _ identifiers: IdentifierSource, countingMessages: Bool, for caller: UserID?
    ) -> ConversationMachine {
        var machine = places(at: now, identifiers)
        machine.learn(jobs: jobs.map { $0.seen(countingMessages: countingMessages, by: caller) })
        machine.learn(deliveries: outgoing.map(\.seen))
        machine.learn(questions: allQuestions())
        machine.learn(signs: signs())
        for (kind, moment) in heard { machine.learn(heard: kind, at: moment) }
        return machine
    }
}
