import JSON
package import Router
import SQLite
package import System
import WeCom

extension SQLiteStore {
    package func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance {
        let columns = MessageColumns(of: submission)
        try room.admit()
        return try await health.watching(submission) {
            try await database.writeInPlace { [state] db in
                defer { CrashPoint.reach(.beforeCommit) }
                return try state.withLock { state in try state.accept(submission, columns, at: now, in: db) }
            }
        }
    }
}

extension SQLiteStore.WriterState {
    mutating func accept(
        _ submission: Submission, _ columns: MessageColumns?, at now: Timestamp, in db: borrowing Connection
    ) throws -> Acceptance {
        let job = JobID(identifiers.next(at: now))
        guard try claimKey(submission.key, for: .job(job), at: now, in: db) else {
            return try firstEffect(of: submission.key, in: db)
        }
        var conversation = try conversation(submission.conversation, at: now, db)
        if let member = submission.member { try conversation.learnOwnSessions(of: member, db) }
        let effect = try effect(of: submission, as: job, in: &conversation, db)
        try apply(&conversation, bringing: columns, db)
        if effect != .job(job) { try setEffect(effect, of: submission.key, in: db) }
        if let stream = submission.stream { try open(stream, in: conversation, for: effect, at: now, db) }
        if case .notice(let kind) = effect, kind.refusal != nil {
            try keepRefusal(as: job, in: conversation.row, kind, db)
        }
        return Acceptance(effect)
    }

    private mutating func effect(
        of submission: Submission, as job: JobID, in conversation: inout StoredConversation,
        _ db: borrowing Connection
    ) throws -> Effect {
        switch submission.request {
        case .job(let request):
            return try take(request, as: job, in: &conversation, db)
        case .command(let request):
            if let otherwise = request.otherwise, try !hasCause(for: request, in: conversation, db) {
                return try take(otherwise, as: job, in: &conversation, db)
            }
            if let first = request.then {
                try carryOutSilently(request, in: &conversation, db)
                return try take(first, as: job, in: &conversation, db)
            }
            try carryOut(request, in: &conversation, db)
            return .command(request.command.name)
        case .click(let click):
            conversation.machine.learn(
                questions: try KnownQuestion.read(click.question, in: conversation.row, db).map { [$0] } ?? [])
            return conversation.machine.click(click)
        case .notice(let notice):
            try conversation.learnHeard(notice.kind, db)
            return conversation.machine.notice(notice)
        }
    }

    /// Takes in a message that is to be answered, unless it may answer a question itself, and does.
    private mutating func take(
        _ request: JobRequest, as job: JobID, in conversation: inout StoredConversation, _ db: borrowing Connection
    ) throws -> Effect {
        if request.mayAnswer, mayHaveQuestions {
            conversation.machine.learn(questions: try KnownQuestion.open(in: conversation.row, db))
            if let answer = conversation.machine.answer(request) { return answer }
        }
        let now = conversation.machine.now
        let isTooFast =
            request.messagesPerMinute.map { !arrivals.admit(conversation.row, at: now, perMinute: $0) } ?? false
        try conversation.learn(for: request, db)
        if conversation.machine.refuses(request, isTooFast: isTooFast) {
            try conversation.learnHeard(request.refusal.kind, db)
        }
        return conversation.machine.accept(request, as: job, isTooFast: isTooFast)
    }
}

// MARK: Effects, as rows have them

extension SQLiteStore.WriterState {
    /// Claims the key for an effect; false if it was claimed before.
    private func claimKey(
        _ key: DedupKey, for effect: Effect, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        try db.run(
            "INSERT INTO dedup (stamp, digest, effect, job, seen_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            key.stamp, key.digest, effect.code, effect.job?.number, now) == 1
    }

    private func setEffect(_ effect: Effect, of key: DedupKey, in db: borrowing Connection) throws {
        try db.run(
            "UPDATE dedup SET effect = ?3, job = ?4 WHERE stamp = ?1 AND digest = ?2", key.stamp, key.digest,
            effect.code, effect.number)
    }

    private func firstEffect(of key: DedupKey, in db: borrowing Connection) throws -> Acceptance {
        let effect = try db.first(
            "SELECT effect, job FROM dedup WHERE stamp = ?1 AND digest = ?2", key.stamp, key.digest
        ) { Effect(code: $0.int64(0), number: $0.optionalInt64(1)) }
        guard let effect = effect.flatMap(\.self) else { throw UnreadableRow(table: "dedup", id: "\(key.stamp)") }
        return Acceptance(effect, isRepeat: true)
    }
}
