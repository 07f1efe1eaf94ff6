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
        let place = try place(of: submission.conversation, in: db)
        switch submission.wish {
        case .job(let wish):
            guard let columns else { preconditionFailure("a message has columns") }
            let effect = try take(wish, columns, of: submission.conversation.user, as: job, in: place, at: now, db)
            if effect != .job(job) { try setEffect(effect, of: submission.key, in: db) }
            return Acceptance(effect)
        case .command(let wish):
            try carryOut(wish, in: place, at: now, db)
            try setEffect(.command(wish.command.name), of: submission.key, in: db)
            return Acceptance(.command(wish.command.name))
        case .click(let click):
            let effect = try answer(click, in: place, at: now, db)
            try setEffect(effect, of: submission.key, in: db)
            return Acceptance(effect)
        case .notice(let notice):
            try say(notice, in: place, at: now, db)
            try setEffect(.notice(notice.kind), of: submission.key, in: db)
            return Acceptance(.notice(notice.kind))
        }
    }

    /// What a message comes to that is to be answered.
    private mutating func take(
        _ wish: JobWish, _ columns: MessageColumns, of user: UserID?, as job: JobID, in place: ConversationPlace,
        at now: Timestamp, _ db: borrowing Connection
    ) throws -> Effect {
        if let user, wish.message.media.isEmpty,
            let answer = try answer(with: wish.message.text, from: user, in: place.conversation, at: now, db)
        {
            return answer
        }
        if let limit = wish.messagesPerMinute, !arrivals.admit(place.conversation, at: now, perMinute: limit) {
            return try refuse(wish, in: place, at: now, db)
        }
        let window = wish.mergeWindow
        let wasIdle = try db.run(
            "INSERT INTO queue (conv, app, turn, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            place.conversation, place.app, window > .zero ? 2 : 1, now.advanced(by: window))
        if wasIdle == 0 {
            if wish.whileBusy == .interrupt { try supersedeRunning(in: place, at: now, db) }
            if let joined = try jobToJoin(in: place, wish, at: now, db) {
                guard try append(columns, to: joined, at: now, in: db) else {
                    return try refuse(wish, in: place, at: now, db)
                }
                return .appended(joined)
            }
            if try isFull(place.conversation, in: db) { return try refuse(wish, in: place, at: now, db) }
        }
        try insert(job, place, columns, in: db)
        return .job(job)
    }

    private func insert(
        _ job: JobID, _ place: ConversationPlace, _ columns: MessageColumns, in db: borrowing Connection
    ) throws {
        try db.run(
            "INSERT INTO jobs (job, conv, state, epoch) VALUES (?1, ?2, 'ready', ?3)", job.number, place.conversation,
            place.epoch)
        try db.run(
            "INSERT INTO messages (job, n, body, reply_address) VALUES (?1, 1, ?2, ?3)",
            job.number, columns.body, columns.replyAddress)
    }

    // MARK: Too much

    func isFull(_ conversation: Int64, in db: borrowing Connection) throws -> Bool {
        // The job that runs does not wait; that one does is known by the conversation's turn.
        let waiting = try db.first(
            """
            SELECT (SELECT count(*) FROM (
                SELECT 1 FROM jobs INDEXED BY jobs_open
                WHERE conv = ?1 AND ended_at IS NULL LIMIT ?2)) - (turn = 3)
            FROM queue WHERE conv = ?1
            """, conversation, Submission.maxWaiting + 1
        ) { $0.int(0) }
        return (waiting ?? 0) >= Submission.maxWaiting
    }

    /// Acknowledged and not queued.
    private mutating func refuse(
        _ wish: JobWish, in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws -> Effect {
        try say(wish.refusal, in: place, at: now, db)
        return .notice(wish.refusal.kind)
    }
}

// MARK: Effects, as rows have them

extension SQLiteStore.WriterState {
    /// Whether the key is new, and with it the effect that comes first to mind.
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

extension Effect {
    fileprivate var code: Int64 {
        switch self {
        case .nothing: 0
        case .job: 1
        case .appended: 2
        case .answer: 3
        case .notice(let kind): 10 + kind.rawValue
        case .command(let name): 100 + Int64(ChatCommand.Name.allCases.firstIndex(of: name) ?? 0)
        }
    }

    fileprivate var job: JobID? {
        switch self {
        case .job(let job), .appended(let job): job
        case .answer, .command, .notice, .nothing: nil
        }
    }

    /// What the row names besides.
    fileprivate var number: Int64? { if case .answer(let question) = self { question.number } else { job?.number } }

    fileprivate init?(code: Int64, number: Int64?) {
        switch (code, number) {
        case (0, _): self = .nothing(.counted)
        case (1, let number?): self = .job(JobID(number))
        case (2, let number?): self = .appended(JobID(number))
        case (3, let number?): self = .answer(QuestionID(number))
        case (100..., _):
            guard ChatCommand.Name.allCases.indices.contains(Int(code) - 100) else { return nil }
            self = .command(ChatCommand.Name.allCases[Int(code) - 100])
        default:
            guard let kind = Notice.Kind(rawValue: code - 10) else { return nil }
            self = .notice(kind)
        }
    }
}
