package import Router
package import System
import WeCom

extension Reference {
    /// Takes a message in. `isTooFast` says that its sender has sent more than they may within a minute.
    package func accept(_ submission: Submission, at now: Timestamp, isTooFast: Bool = false) throws -> Acceptance {
        let job = JobID(identifiers.next(at: now))
        if let effect = effects[submission.key] { return Acceptance(effect, isRepeat: true) }
        let conversation = conversation(submission.conversation)
        let effect = try effect(of: submission, as: job, in: conversation, isTooFast, at: now)
        effects[submission.key] = effect
        return Acceptance(effect)
    }

    private func effect(
        of submission: Submission, as job: JobID, in conversation: ReferenceConversation, _ isTooFast: Bool,
        at now: Timestamp
    ) throws -> Effect {
        var machine = places(conversation, at: now)
        switch submission.request {
        case .job(let request):
            return try take(request, as: job, of: submission.member, in: conversation, isTooFast, at: now)
        case .command(let request):
            if let otherwise = request.otherwise, try !hasCause(for: request, in: conversation, at: now) {
                return try take(otherwise, as: job, of: submission.member, in: conversation, isTooFast, at: now)
            }
            if let first = request.then {
                _ = try result(of: request, of: submission.member, in: conversation, at: now)
                return try take(first, as: job, of: submission.member, in: conversation, isTooFast, at: now)
            }
            try carryOut(request, of: submission.member, in: conversation, at: now)
            return .command(request.command.name)
        case .click(let click):
            machine.learn(questions: conversation.allQuestions().filter { $0.id == click.question })
            return try decide(conversation, at: now, knowing: machine) { $0.click(click) }
        case .notice(let notice):
            machine.learn(heard: notice.kind, at: conversation.heard[notice.kind])
            return try decide(conversation, at: now, knowing: machine) { $0.notice(notice) }
        }
    }

    private func take(
        _ request: JobRequest, as job: JobID, of member: UserID?, in conversation: ReferenceConversation,
        _ isTooFast: Bool, at now: Timestamp
    ) throws -> Effect {
        var machine = places(conversation, at: now)
        machine.learn(own: conversation.own(of: member))
        let session = conversation.session(of: member)
        let before = conversation.running
        let messagesBefore = Set([before?.id, conversation.jobs.last?.id]).reduce(0) { count, id in
            count + (id.flatMap(conversation.job)?.messages.count ?? 0)
        }
        machine.learn(questions: conversation.openQuestions())
        if let answer = try decide(conversation, at: now, knowing: machine, { $0.answer(request) }) { return answer }
        if conversation.place != nil {
            let count = min(conversation.jobs.count, Submission.maxWaiting + 2)
            if request.joinsOthers, let last = conversation.jobs.last {
                let first = conversation.jobs.prefix(1).filter { $0.id != last.id }.map {
                    $0.seen(countingMessages: true)
                }
                machine.learn(
                    jobs: first + [last.seen(countingMessages: true)], unseen: max(0, count - first.count - 1))
            } else {
                machine.learn(jobs: [], unseen: count)
            }
        }
        if machine.refuses(request, isTooFast: isTooFast) {
            machine.learn(heard: request.refusal.kind, at: conversation.heard[request.refusal.kind])
        }
        let effect = try decide(
            conversation, at: now, bringing: message(request), countingMessages: true, knowing: machine
        ) { $0.accept(request, as: job, isTooFast: isTooFast) }
        let mayGrow = messagesBefore < Submission.maxWaiting
        if !isTooFast, mayGrow, request.whileBusy == .interrupt, let before, before.epoch == session {
            try demand(conversation.running?.cancel != nil, "a newer message does not stop \(before.id)")
        }
        return effect
    }
}
