import Router
import System
import TestSupport

/// Throws the sentence unless the condition holds.
package func demand(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
    if !condition { throw Unexpected(sentence()) }
}

extension ReferenceConversation {
    /// Does what a change says, if the records are such that it may be done.
    func apply(_ change: ConversationChange, bringing message: ReferenceJob.Message?, at now: Timestamp) throws {
        isUnchecked = true
        switch change {
        case .epoch(let new):
            try demand(new == nextEpoch, "the session after \(nextEpoch - 1) is \(new)")
            epoch = new
        case .memberEpoch(let member, let new):
            try demand(new == nextEpoch, "the session after \(nextEpoch - 1) is \(new)")
            own[member] = new
        case .place(let new, let old):
            try demand(place == old && new != old, "a place moves from \(String(describing: old)), where it is not")
            place = new
        case .outbox(let new, let old):
            try demand(outbox == old && new != old, "an outbox moves from \(String(describing: old)), where it is not")
            outbox = new
        case .heard(let kind, let moment): heard[kind] = moment
        case .lastEnded(let job):
            try demand(endedJobs[job] != nil, "\(job) is noted as ended and is not")
            try demand(lastEnded.map { $0 < job } ?? true, "an earlier job is noted as the last that ended")
            lastEnded = job
        case .endedForMembers(let job):
            guard let ended = endedJobs[job] else { throw Unexpected("\(job) is noted as ended and is not") }
            try demand(key.chat != nil, "\(job) is noted for the members of no group")
            for sender in ended.messages.map(\.sender) {
                lastOfMembers[sender] = max(lastOfMembers[sender] ?? job, job)
            }
        case .job(let job, let change): try apply(change, to: job, message, at: now)
        case .question(let question, let change): try apply(change, to: question)
        case .delivery(let delivery, let change): try apply(change, to: delivery, at: now)
        }
    }

    /// No session that anybody had comes again.
    private var nextEpoch: Int64 { max(epoch, own.values.max() ?? 0) + 1 }

    // MARK: Jobs

    private func apply(
        _ change: JobChange, to id: JobID, _ message: ReferenceJob.Message?, at now: Timestamp
    ) throws {
        switch change {
        case .add(let epoch, let member):
            guard let message else { throw Unexpected("a job without a message") }
            try add(ReferenceJob(id: id, epoch: epoch, member: member, replayOf: nil, messages: [message]))
        case .addMessage:
            guard let message else { throw Unexpected("nothing is added to \(id)") }
            try edit(id) { $0.messages.append(message) }
            messageCount += 1
        case .copy(let old, let epoch, let member):
            guard let old = endedJobs[old] else { throw Unexpected("an open job is copied") }
            try demand(retry(of: old.id) == nil, "\(old.id) is retried twice")
            let copies = old.messages.map { message in
                copyCount += 1
                return ReferenceJob.Message(
                    number: -copyCount, text: message.text, sender: message.sender, address: message.address)
            }
            try demand(!copies.isEmpty, "a job without messages is copied")
            try add(ReferenceJob(id: id, epoch: epoch, member: member, replayOf: old.id, messages: copies))
        case .dropMessages(let sender):
            try edit(id) { job in
                let before = job.messages.count
                job.messages.removeAll { $0.sender == sender }
                try demand((1..<before).contains(job.messages.count), "all or none is taken out of \(id)")
                messageCount -= before - job.messages.count
            }
        case .takeMessages(let other):
            guard let from = endedJobs[other] else { throw Unexpected("messages are taken from an open job") }
            try edit(id) { job in
                try demand(job.state == .ready && job.lease == 0, "an agent has heard of the job that takes messages")
                job.messages = from.messages + job.messages
            }
            messagesOfEnded -= from.messages.count
            endedJobs[other]?.messages = []
        case .lease(let leased, let owner, let until):
            try demand(jobs.first?.id == id && running == nil, "\(id) is claimed out of its order")
            try demand(lastClaimed.map { $0 <= id } ?? true, "\(id) is claimed after a later one")
            lastClaimed = id
            try edit(id) { job in
                try demand(job.state == .ready && leased.id == id, "a \(job.state) job is leased")
                try demand(leased.lease == job.lease + 1, "a lease has the number of an earlier one")
                try demand(leased.attempt == job.attempt + 1, "a claim counts for more or less than one try")
                (job.state, job.attempt, job.lease) = (.running, leased.attempt, leased.lease)
                (job.owner, job.leasedUntil, job.runningSince) = (owner, until, now)
            }
        case .makeReady:
            try edit(id) { job in
                try demand(job.state == .waiting && job.due.map { $0 <= now } ?? true, "\(id) is made ready early")
                (job.state, job.due) = (.ready, nil)
            }
        case .move(let move): try self.move(id, move)
        case .requestStop(let why):
            try edit(id) { job in
                try demand(job.state == .running, "a \(job.state) job is told to stop")
                job.cancel = why
            }
        case .remember(_, let epoch):
            try demand(job(id)?.epoch == epoch, "a turn of one session remembers for another")
        case .endUnreadableQuestions:
            try demand(!questions.contains { $0.job == id && $0.ending == nil }, "a question outlives \(id)")
        case .readdress(let address):
            try edit(id) { job in
                try demand(job.replayOf != nil && job.lease == 0, "\(id) is answered elsewhere, and is no retry")
                job.messages[job.messages.count - 1].address = address
            }
        case .forgetText:
            guard var refused = endedJobs[id] else { throw Unexpected("\(id) is refused, and has not ended") }
            for index in refused.messages.indices { refused.messages[index].text = "" }
            refused.isRefused = true
            endedJobs[id] = refused
        case .forgetCalls, .note: try demand(job(id) != nil, "there is no \(id)")
        }
    }

    private func add(_ job: ReferenceJob) throws {
        try demand(jobs.last.map { $0.id < job.id } ?? true, "\(job.id) comes before an earlier job")
        try demand(
            job.epoch == session(of: job.member), "\(job.id) belongs to another session than that of its acceptance")
        jobs.append(job)
        messageCount += job.messages.count
    }

    private func move(_ id: JobID, _ move: JobMove) throws {
        guard let index = jobs.firstIndex(where: { $0.id == id }) else { throw Unexpected("\(id) ended already") }
        var job = jobs[index]
        try demand(job.state.mayBecome(move.state), "a \(job.state) job becomes \(move.state)")
        let isTakenAway = move.crashes > job.crashes
        try demand(move.lease == job.lease + (isTakenAway ? 1 : 0), "a lease that is taken away keeps its number")
        job.lease = move.lease
        if move.state.isTerminal { job.endedFrom = job.state }
        (job.state, job.due, job.attempt, job.crashes) = (move.state, move.due, move.attempt, move.crashes)
        (job.owner, job.leasedUntil, job.cancel, job.runningSince) = (nil, nil, nil, nil)
        guard move.state.isTerminal else {
            jobs[index] = job
            return
        }
        jobs.remove(at: index)
        endedJobs[id] = job
        messagesOfEnded += job.messages.count
    }

    private func edit(_ id: JobID, _ body: (inout ReferenceJob) throws -> Void) throws {
        guard let index = jobs.firstIndex(where: { $0.id == id }) else { throw Unexpected("\(id) is not open") }
        try body(&jobs[index])
    }

    // MARK: Questions

    private func apply(_ change: QuestionChange, to id: QuestionID) throws {
        questionHasChanged()
        switch change {
        case .add(let asked, let lease, let delivery):
            try demand(running?.id == lease.job && running?.lease == lease.number, "a turn that is over asks")
            questions.append(ReferenceQuestion(id: id, job: lease.job, asked: asked, delivery: try shown(by: delivery)))
        case .show(let style, let delivery):
            let question = try open(id)
            let asked = question.asked
            question.asked = AskedQuestion(
                asked.question, to: asked.address, as: style, saying: asked.texts, limit: asked.limit)
            question.delivery = try shown(by: delivery)
        case .end(let ending): try open(id).ending = ending
        }
    }

    private func open(_ id: QuestionID) throws -> ReferenceQuestion {
        guard let question = questions.first(where: { $0.id == id }) else { throw Unexpected("there is no \(id)") }
        try demand(question.ending == nil, "\(id) ended already")
        return question
    }

    private func shown(by id: DeliveryID) throws -> ReferenceDelivery {
        guard let delivery = delivery(id) else { throw Unexpected("a question is shown by \(id), which is not there") }
        return delivery
    }

    // MARK: Deliveries

    private func apply(_ change: DeliveryChange, to id: DeliveryID, at now: Timestamp) throws {
        if questions.contains(where: { $0.delivery.id == id }) { questionHasChanged() }
        switch change {
        case .add(let part, let kind, let job):
            try add(ReferenceDelivery(id: id, part: part, kind: kind, job: job, replayOf: nil))
        case .copy(let old):
            guard let old = endedDeliveries[old], old.state == .failed || old.state == .sent,
                replay(of: old.id) == nil
            else { throw Unexpected("what never went, or was sent anew, is sent anew") }
            try add(ReferenceDelivery(id: id, part: old.part, kind: old.kind, job: old.job, replayOf: old.id))
        case .beginSending(let checks):
            try demand(outgoing.first?.id == id, "\(id) goes out of its order")
            try demand(outgoing[0].due.map { $0 <= now } ?? true, "\(id) goes before it is due")
            let delivery = try open(id, in: [.pending])
            try demand(lastBegun[delivery.kind].map { $0 <= id } ?? true, "\(id) goes after a later one of its class")
            lastBegun[delivery.kind] = id
            try demand(delivery.checks == nil || delivery.checks == checks, "two tries differ in their check")
            (delivery.state, delivery.checks, delivery.due) = (.sending, checks, nil)
            delivery.attempt += 1
        case .putBack(let due, _):
            let delivery = try open(id, in: due == nil ? [.pending, .sending] : [.sending])
            (delivery.state, delivery.due) = (.pending, due)
        case .end(let state, _, _) where endedDeliveries[id] != nil: try drop(id, as: state)
        case .end(let state, let receipt, _):
            let delivery = try open(id, in: state == .sent ? [.sending] : [.pending, .sending])
            (delivery.state, delivery.receipt) = (state, receipt)
            endedDeliveries[id] = delivery
            outgoing.removeAll { $0.id == id }
            if state != .sent { signs.removeAll { $0.id == id } }
        case .keep:
            try demand(endedDeliveries[id]?.state == .failed, "\(id) is kept, and has not failed")
            try demand(endedDeliveries[id]?.job != nil, "\(id) is kept, and answers nothing")
            kept.insert(id)
        case .countSend:
            guard let sent = endedDeliveries[id], sent.state == .sent else {
                throw Unexpected("\(id) counts, and was not sent")
            }
            sends.append((now, sent.part.body))
        }
    }

    /// One that has ended is of no use any more: it is given with another answer, or goes anew.
    private func drop(_ id: DeliveryID, as state: DeliveryState) throws {
        guard let ended = endedDeliveries[id], state == .dropped else { throw Unexpected("\(id) ends twice") }
        switch ended.state {
        case .failed:
            try demand(kept.remove(id) != nil && replay(of: id) == nil, "\(id) is given, and was not kept or went anew")
        case .sent: try demand(replay(of: id) != nil, "\(id) was sent, and does not go anew")
        case .pending, .sending, .dropped: throw Unexpected("\(id) is \(ended.state), and is dropped")
        }
        ended.state = state
    }

    private func add(_ delivery: ReferenceDelivery) throws {
        try demand(self.delivery(delivery.id) == nil, "\(delivery.id) is there twice")
        let index = outgoing.firstIndex { delivery.place < $0.place } ?? outgoing.endIndex
        outgoing.insert(delivery, at: index)
        if delivery.kind == .progress { signs.append(delivery) }
    }

    private func open(_ id: DeliveryID, in states: [DeliveryState]) throws -> ReferenceDelivery {
        guard let delivery = outgoing.first(where: { $0.id == id }) else { throw Unexpected("\(id) ended already") }
        try demand(states.contains(delivery.state), "\(id) is \(delivery.state)")
        return delivery
    }
}
