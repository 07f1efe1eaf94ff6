package import Router
package import System
import TestSupport

extension Reference {
    /// Makes ready what is due by now, in every conversation.
    package func comeDue(at now: Timestamp) throws {
        for conversation in all {
            guard case .due(let at)? = conversation.place, at <= now else { continue }
            var machine = places(conversation, at: now)
            machine.learn(jobs: conversation.jobs.prefix(1).map { $0.seen() })
            _ = try decide(conversation, at: now, knowing: machine) { machine in
                machine.comeDue()
                return true
            }
        }
    }

    /// Claims the next job of a conversation whose place is ready.
    package func claim(
        _ conversation: ReferenceConversation, for owner: String, at now: Timestamp, takesSuspect: Bool = true
    ) throws -> ReferenceJob? {
        guard case .ready(let since)? = conversation.place else { throw Unexpected("\(conversation.key) is not ready") }
        let machine = ConversationMachine(
            at: now, identifiers, place: .ready(since: since), jobs: conversation.jobs.prefix(1).map { $0.seen() })
        let claim = try decide(conversation, at: now, knowing: machine) {
            $0.claim(for: owner, lasting: ClaimRules.leaseLength, takesSuspect: takesSuspect)
        }
        guard case .leased(let job) = claim else { return nil }
        return conversation.job(job.id)
    }

    /// False when the lease is lost.
    package func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) throws -> Bool {
        guard let (conversation, job) = running(lease) else { return false }
        var machine = end(of: job, in: conversation, at: now)
        if let notice = settlement.notice { machine.learn(heard: notice.kind, at: conversation.heard[notice.kind]) }
        let before = ReferenceEnd(of: job, in: conversation, identifiers)
        _ = try decide(conversation, at: now, knowing: machine) { machine in
            machine.settle(job.seen(), as: settlement)
            return true
        }
        try before.check(settlement, at: now)
        return true
    }

    // MARK: Crashes

    /// Gives back what others were working on whose lease has run out; how many there are.
    package func rescue(except owner: String, at now: Timestamp) throws -> Int {
        try takeBack(at: now) { job in
            job.owner != owner && job.leasedUntil.map { $0 < now } ?? false
        }
    }

    /// Takes back what an earlier process left in the middle.
    package func restart(at now: Timestamp) throws {
        forgetIdentifiers()
        for conversation in all where conversation.outbox?.isTaken == true {
            var machine = places(conversation, at: now)
            machine.learn(deliveries: conversation.outgoing.map(\.seen))
            _ = try decide(conversation, at: now, knowing: machine) { machine in
                machine.takeBackSendings(reason: "the server had stopped")
                return true
            }
        }
        _ = try takeBack(at: now) { _ in true }
    }

    private func takeBack(at now: Timestamp, where isOrphan: (ReferenceJob) -> Bool) throws -> Int {
        let orphans = all.compactMap { conversation in conversation.running.map { (conversation, $0) } }
            .filter { isOrphan($0.1) }
            .sorted { (a, b) in (a.1.leasedUntil ?? now, a.1.id) < (b.1.leasedUntil ?? now, b.1.id) }
        for (conversation, job) in orphans {
            let conduct = recovery.conduct(
                of: conversation.key.endpoint, to: job.messages.last?.address, for: job.id)
            let machine = end(of: job, in: conversation, at: now)
            let before = ReferenceEnd(of: job, in: conversation, identifiers)
            _ = try decide(conversation, at: now, knowing: machine) { machine in
                machine.takeBack(job.seen(), conduct)
                return true
            }
            try before.check(expected(conduct, crashes: job.crashes), at: now)
            try demand(conversation.job(job.id)?.crashes == job.crashes + 1, "a crash of \(job.id) does not count")
        }
        return orphans.count
    }

    /// The end that the rules have for a job that has been at so many crashes before.
    private func expected(_ conduct: CrashConduct, crashes: Int) -> Settlement {
        var end = Settlement(.ready, reason: nil, spendsAttempt: false)
        if crashes == 2 || conduct.fails {
            end = Settlement(.failed, reason: nil, parts: conduct.failed, recallsSigns: conduct.recallsSigns)
        }
        end.whenStopped = conduct.stopped
        return end
    }

    // MARK: What a turn says

    /// False when the lease is lost, or its job is to stop.
    package func say(_ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp) throws -> Bool {
        guard let (conversation, job) = running(lease), job.cancel == nil else { return false }
        var machine = places(conversation, at: now)
        machine.learn(jobs: [job.seen()])
        if kind == .progress { machine.learn(signs: conversation.signs(of: job.id)) }
        return try decide(conversation, at: now, knowing: machine) { machine in
            machine.say(part, as: kind, in: job.id)
            return true
        }
    }

    /// False when the lease is lost, its job is to stop, or it was acknowledged.
    package func acknowledge(_ part: Part, for lease: Lease, at now: Timestamp) throws -> Bool {
        guard let (conversation, job) = running(lease), job.cancel == nil else { return false }
        var machine = places(conversation, at: now)
        machine.learn(jobs: [job.seen()])
        machine.learn(signs: conversation.signs(of: job.id))
        return try decide(conversation, at: now, knowing: machine) { $0.acknowledge(job.id, part) }
    }

    /// nil when the lease is lost, or its job is to stop.
    package func ask(_ asked: AskedQuestion, for lease: Lease, at now: Timestamp) throws -> QuestionID? {
        guard let (conversation, job) = running(lease), job.cancel == nil else { return nil }
        if let key = asked.question.key,
            let known = conversation.questions.first(where: { $0.job == job.id && $0.asked.question.key == key })
        {
            return known.id
        }
        var machine = places(conversation, at: now)
        machine.learn(jobs: [job.seen()])
        return try decide(conversation, at: now, knowing: machine) { $0.ask(asked, for: lease) }
    }

    /// False when it had ended already.
    package func close(_ question: QuestionID, as ending: QuestionEnding, at now: Timestamp) throws -> Bool {
        guard let conversation = owner(of: question.number),
            let open = conversation.openQuestions().first(where: { $0.id == question })
        else { return false }
        var machine = places(conversation, at: now)
        machine.learn(questions: [open])
        return try decide(conversation, at: now, knowing: machine) { machine in
            machine.end(open, as: ending)
            return true
        }
    }

    // MARK: Pieces

    private func running(_ lease: Lease) -> (ReferenceConversation, ReferenceJob)? {
        guard let conversation = owner(of: lease.job.number), let job = conversation.running, job.id == lease.job,
            job.lease == lease.number
        else { return nil }
        return (conversation, job)
    }

    /// Makes the machine that the end of a turn needs: the jobs behind it, its questions and its signs of life.
    private func end(
        of job: ReferenceJob, in conversation: ReferenceConversation, at now: Timestamp
    ) -> ConversationMachine {
        var machine = places(conversation, at: now)
        let behind = conversation.jobs.filter { $0.id > job.id }.map { $0.seen() }
        machine.learn(jobs: [job.seen()] + (job.cancel == Cancellation.superseded ? behind : Array(behind.prefix(1))))
        machine.learn(signs: conversation.signs(of: job.id))
        machine.learn(questions: conversation.questions(of: job.id))
        return machine
    }
}
