import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in try state.settle(lease, as: settlement, at: now, in: db) }
        }
    }
}

extension SQLiteStore.WriterState {
    fileprivate mutating func settle(
        _ lease: Lease, as settlement: Settlement, at now: Timestamp, in db: borrowing Connection
    ) throws -> Bool {
        let held = try db.first(
            "SELECT conv, cancel, epoch FROM jobs WHERE job = ?1 AND lease = ?2 AND state = 'running'",
            lease.job.number, lease.number
        ) { (conversation: $0.int64(0), cancel: $0.optionalText(1), epoch: $0.int64(2)) }
        guard let held else { return false }
        if let session = settlement.session {
            // What the agent remembers of a turn that was stopped may be what a `/new` was to forget, but of its own epoch.
            try write(session, of: lease.job, in: held.conversation, held.epoch, turns: 1, at: now, db)
        }
        try end(lease.job, in: held.conversation, as: settlement, cancelledFor: held.cancel, at: now, db)
        return true
    }

    /// Ends the turn of a running job. One that somebody wanted stopped is cancelled, however it ended: what came of it is
    /// no longer wanted.
    mutating func end(
        _ job: JobID, in conversation: Int64, as wanted: Settlement, cancelledFor cancel: String?, crashes: Int = 0,
        at now: Timestamp, _ db: borrowing Connection
    ) throws {
        let heir = cancel == Cancellation.superseded ? try heir(of: job, in: conversation, db) : nil
        let settlement =
            switch cancel {
            case nil: wanted
            case Cancellation.superseded? where heir == nil:
                Settlement(.ready, reason: "the message that was to go with it is gone", spendsAttempt: false)
            case Cancellation.stopped?:
                Settlement(
                    .cancelled, reason: cancel, notices: wanted.whenStopped, recallsSigns: wanted.recallsSigns)
            default: Settlement(.cancelled, reason: cancel, recallsSigns: wanted.recallsSigns)
            }
        try db.run(
            """
            UPDATE jobs SET state = ?2, owner = NULL, lease_until = NULL, cancel = NULL, due_at = ?3, ended_at = ?4,
                reason = ?5, attempt = attempt - ?6, crashes = crashes + ?7
            WHERE job = ?1
            """, job.number, settlement.state.rawValue, settlement.due, settlement.state.isTerminal ? now : nil,
            settlement.reason, settlement.spendsAttempt ? 0 : 1, crashes)
        try note(job, settlement.state.rawValue, settlement.reason, at: now, in: db)
        if let heir { try moveMessages(of: job, to: heir, at: now, db) }
        let app = try db.first("SELECT app FROM queue WHERE conv = ?1", conversation) { $0.int64(0) }
        guard let app else { throw UnreadableRow(table: "queue", id: job.description) }
        let recalls = settlement.state.isTerminal ? try endSigns(of: job, in: conversation, at: now, db) : []
        try endQuestions(
            of: job, as: cancel == nil ? .lapsed : .withdrawn,
            jobGoesOn: !settlement.state.isTerminal, afterCrash: crashes > 0, at: now, db)
        // The next try of a turn that failed counts its calls anew; one that was only interrupted goes on hearing them.
        if settlement.state.isTerminal || settlement.state == .waiting { try forgetCalls(about: job, db) }
        if settlement.state.isTerminal, heir == nil { try noteEnd(of: job, in: conversation, db) }
        for part in settlement.notices {
            try enqueue(part, .control, job: job, conversation, app, at: now, in: db)
        }
        for part in settlement.parts {
            try enqueue(part, .final, job: job, conversation, app, at: now, in: db)
        }
        for recall in recalls where settlement.recallsSigns {
            try enqueue(recall, .final, job: job, conversation, app, at: now, in: db)
        }
        if let notice = settlement.notice {
            let place = ConversationPlace(conversation: conversation, app: app, epoch: 0)
            try say(notice, in: place, at: now, db)
        }
        // An interrupted job keeps its conversation's place in the line.
        try passTurn(of: conversation, since: settlement.state == .ready ? nil : now, in: db)
    }

    /// For `/retry`: of the jobs that have ended, the one whose message came last.
    func noteEnd(of job: JobID, in conversation: Int64, _ db: borrowing Connection) throws {
        try db.run(
            "UPDATE conversations SET last_job = ?2 WHERE conv = ?1 AND (last_job IS NULL OR last_job < ?2)",
            conversation, job.number)
    }

    /// The conversation's next job gets its turn, now or when it is due; with none left the conversation is idle and has
    /// no row.
    private func passTurn(of conversation: Int64, since moment: Timestamp?, in db: borrowing Connection) throws {
        guard let next = try OpenJob.first(of: conversation, in: db) else {
            try db.run("DELETE FROM queue WHERE conv = ?1", conversation)
            return
        }
        if next.state == .waiting, let due = next.due {
            try db.run("UPDATE queue SET turn = 2, at = ?2 WHERE conv = ?1", conversation, due)
        } else {
            try db.run("UPDATE queue SET turn = 1, at = coalesce(?2, at) WHERE conv = ?1", conversation, moment)
        }
    }
}

extension SQLiteStore.WriterState {
    /// Writes a delivery and makes sure that its conversation has a row in the outbox.
    @discardableResult
    mutating func enqueue(
        _ part: Part, _ kind: Delivery.Class, job: JobID?, _ conversation: Int64, _ app: Int64, at now: Timestamp,
        in db: borrowing Connection
    ) throws -> DeliveryID {
        let delivery = DeliveryID(identifiers.next(at: now))
        try db.run(
            """
            INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest)
            VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7)
            """, delivery.number, conversation, job?.number, kind.rawValue, part.body.kind, part.json.text, part.digest)
        // What we say ourselves (class 0) goes before a reply that waits for its next try.
        try db.run(
            """
            INSERT INTO outbox (conv, app, turn, at) VALUES (?1, ?2, 1, ?3)
            ON CONFLICT DO UPDATE SET turn = 1, at = ?3 WHERE turn = 2 AND ?4 = 0
            """, conversation, app, now, kind.rawValue)
        return delivery
    }
}
