import JSON
import Router
import SQLite
import System
import WeCom

extension SQLiteStore.WriterState {
    /// Writes what came of an event, in the order in which it is to be written. `message` is the one that the event brought.
    mutating func apply(
        _ conversation: inout StoredConversation, bringing message: MessageColumns? = nil, _ db: borrowing Connection
    ) throws {
        identifiers = conversation.machine.identifiers
        let now = conversation.machine.now
        for change in conversation.machine.takeChanges() {
            switch change {
            case .epoch(let epoch):
                try db.run("UPDATE conversations SET epoch = ?2 WHERE conv = ?1", conversation.row, epoch)
            case .memberEpoch(let member, let epoch): try conversation.write(epoch: epoch, of: member, db)
            case .place(let place, let old): try conversation.move(from: old, to: place, db)
            case .outbox(let place, let old): try conversation.moveOutbox(from: old, to: place, db)
            case .heard(let kind, let at):
                try db.run(
                    "INSERT INTO notices (conv, kind, at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET at = ?3",
                    conversation.row, kind.rawValue, at)
            case .lastEnded(let job):
                try db.run("UPDATE conversations SET last_job = ?2 WHERE conv = ?1", conversation.row, job.number)
            case .endedForMembers(let job): try conversation.noteEnd(of: job, db)
            case .job(let job, let change): try apply(change, to: job, in: conversation.row, message, at: now, db)
            case .question(let id, let change): try apply(change, to: id, in: conversation.row, at: now, db)
            case .delivery(let id, let change): try apply(change, to: id, in: conversation.row, at: now, db)
            }
        }
    }

    private func apply(
        _ change: JobChange, to job: JobID, in conversation: Int64, _ message: MessageColumns?, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        switch change {
        case .add(let epoch, let member):
            try db.run(
                "INSERT INTO jobs (job, conv, state, epoch, member) VALUES (?1, ?2, 'ready', ?3, ?4)", job.number,
                conversation, epoch, member?.folded)
            try add(message, to: job, n: 1, db)
        case .addMessage: try append(message, to: job, db)
        case .copy(let old, let epoch, let member):
            try insert(job, copiedFrom: old, epoch, of: member, in: conversation, db)
        case .readdress(let address):
            try db.run(
                """
                UPDATE messages SET reply_address = ?2
                WHERE job = ?1 AND n = (SELECT max(n) FROM messages WHERE job = ?1)
                """, job.number, address.json.text)
        case .dropMessages(let user): try dropMessages(of: user, from: job, db)
        case .takeMessages(let other): try moveMessages(of: other, to: job, db)
        case .lease(let leased, let owner, let until):
            try db.run(
                """
                UPDATE jobs SET state = 'running', attempt = ?2, lease = ?3, owner = ?4, lease_until = ?5 WHERE job = ?1
                """, job.number, leased.attempt, leased.lease, owner, until)
        case .makeReady: try db.run("UPDATE jobs SET state = 'ready', due_at = NULL WHERE job = ?1", job.number)
        case .move(let move):
            try db.run(
                """
                UPDATE jobs SET state = ?2, owner = NULL, lease_until = NULL, cancel = NULL, due_at = ?3, ended_at = ?4,
                    reason = ?5, attempt = ?6, crashes = ?7, held_up_since = ?8, agent = coalesce(?9, agent),
                    lease = ?10
                WHERE job = ?1
                """, job.number, move.state.rawValue, move.due, move.state.isTerminal ? now : nil, move.reason,
                move.attempt, move.crashes, move.heldUpSince, move.agent, move.lease)
        case .requestStop(let why): try db.run("UPDATE jobs SET cancel = ?2 WHERE job = ?1", job.number, why)
        case .remember(let update, let epoch):
            try write(update, of: job, in: conversation, epoch, turns: 1, at: now, db)
        case .forgetText:
            try db.run(
                "UPDATE messages SET body = json_remove(json_set(body, '$.text', ''), '$.media') WHERE job = ?1",
                job.number)
        case .forgetCalls: try forgetCalls(about: job, db)
        case .endUnreadableQuestions: try endUnreadableQuestions(of: job, at: now, db)
        case .note(let entry):
            try db.run(
                """
                INSERT INTO events (job, n, at, what, why, who)
                VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM events WHERE job = ?1), ?2, ?3, ?4, ?5)
                """, job.number, now, entry.what, entry.why, entry.who)
        }
    }

    private mutating func apply(
        _ change: QuestionChange, to question: QuestionID, in conversation: Int64, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        switch change {
        case .add(let asked, let lease, let delivery):
            try insert(question, asked, of: lease, in: conversation, shownBy: delivery, at: now, db)
            mayHaveQuestions = true
        case .show(let style, let delivery):
            try db.run(
                "UPDATE questions SET delivery = ?2, style = ?3 WHERE question = ?1", question.number, delivery.number,
                style.word)
        case .end(let ending):
            try db.run(
                "UPDATE questions SET state = ?2, answer = ?3, answered_by = ?4, ended_at = ?5 WHERE question = ?1",
                question.number, ending.state, ending.places, ending.answeredBy, now)
        }
    }

    private func apply(
        _ change: DeliveryChange, to delivery: DeliveryID, in conversation: Int64, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        switch change {
        case .add(let part, let kind, let job):
            try db.run(
                """
                INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest)
                VALUES (?1, ?2, ?3, ?4, ?5, 'pending', ?6, ?7)
                """, delivery.number, conversation, job?.number, kind.rawValue, part.body.kind.rawValue, part.json.text,
                part.digest)
        case .copy(let old):
            try db.run(
                """
                INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest, media_id, replay_of)
                SELECT ?2, conv, job, class, kind, 'pending', body, digest, media_id, ?1 FROM deliveries WHERE delivery = ?1
                """, old.number, delivery.number)
        case .beginSending(let checks):
            try db.run(
                """
                UPDATE deliveries SET state = 'sending', attempt = attempt + 1, tried_at = ?2, due_at = NULL, checked = ?3
                WHERE delivery = ?1
                """, delivery.number, now, checks)
        case .putBack(let due, let reason):
            try db.run(
                """
                UPDATE deliveries SET state = 'pending', due_at = ?2, reason = coalesce(?3, reason) WHERE delivery = ?1
                """, delivery.number, due, reason)
        case .end(let state, let receipt, let reason):
            try db.run(
                """
                UPDATE deliveries SET state = ?2, wecom_id = ?3, response_code = ?4, reason = ?5, ended_at = ?6, kept = 0
                WHERE delivery = ?1
                """, delivery.number, state.rawValue, receipt.wecomID, receipt.responseCode, reason, now)
        case .keep: try db.run("UPDATE deliveries SET kept = 1 WHERE delivery = ?1", delivery.number)
        case .countSend:
            try db.run(
                """
                INSERT INTO recent_sends (conv, at, delivery, digest)
                SELECT conv, ?2, delivery, digest FROM deliveries WHERE delivery = ?1
                """, delivery.number, now)
        }
    }

    // MARK: Messages

    private func add(_ message: MessageColumns?, to job: JobID, n: Int, _ db: borrowing Connection) throws {
        guard let message else { preconditionFailure("a job is made of a message") }
        try db.run(
            "INSERT INTO messages (job, n, body, reply_address) VALUES (?1, ?2, ?3, ?4)", job.number, n, message.body,
            message.replyAddress)
    }

    private func append(_ message: MessageColumns?, to job: JobID, _ db: borrowing Connection) throws {
        let last = try db.first("SELECT coalesce(max(n), 0) FROM messages WHERE job = ?1", job.number) { $0.int(0) }
        try add(message, to: job, n: (last ?? 0) + 1, db)
    }

    private func insert(
        _ job: JobID, copiedFrom old: JobID, _ epoch: Int64, of member: UserID?, in conversation: Int64,
        _ db: borrowing Connection
    ) throws {
        try db.run(
            """
            INSERT INTO messages (job, n, body, reply_address)
            SELECT ?2, n, body, reply_address FROM messages WHERE job = ?1
            """, old.number, job.number)
        try db.run(
            "INSERT INTO jobs (job, conv, state, epoch, member, replay_of) VALUES (?1, ?2, 'ready', ?3, ?4, ?5)",
            job.number, conversation, epoch, member?.folded, old.number)
    }

    private func moveMessages(of job: JobID, to next: JobID, _ db: borrowing Connection) throws {
        let last = try db.first("SELECT coalesce(max(n), 0) FROM messages WHERE job = ?1", job.number) { $0.int64(0) }
        let own = try db.all("SELECT n FROM messages WHERE job = ?1 ORDER BY n DESC", next.number) { $0.int64(0) }
        for n in own {
            try db.run("UPDATE messages SET n = ?3 WHERE job = ?1 AND n = ?2", next.number, n, n + (last ?? 0))
        }
        try db.run("UPDATE messages SET job = ?2 WHERE job = ?1", job.number, next.number)
    }
}

extension StoredConversation {
    fileprivate func move(from old: Place?, to new: Place?, _ db: borrowing Connection) throws {
        switch (old, new) {
        case (_, nil): try db.run("DELETE FROM queue WHERE conv = ?1", row)
        case (nil, let new?):
            try db.run("INSERT INTO queue (conv, app, turn, at) VALUES (?1, ?2, ?3, ?4)", row, app, new.turn, new.at)
        case (_?, let new?):
            try db.run("UPDATE queue SET turn = ?2, at = ?3 WHERE conv = ?1", row, new.turn, new.at)
        }
    }

    fileprivate func moveOutbox(from old: Place?, to new: Place?, _ db: borrowing Connection) throws {
        switch (old, new) {
        case (_, nil): try db.run("DELETE FROM outbox WHERE conv = ?1", row)
        case (nil, let new?):
            try db.run("INSERT INTO outbox (conv, app, turn, at) VALUES (?1, ?2, ?3, ?4)", row, app, new.turn, new.at)
        case (_?, let new?):
            try db.run(
                "UPDATE outbox SET turn = ?2, at = ?3, owner = ?4, lease_until = ?5 WHERE conv = ?1", row, new.turn,
                new.at, new.holder?.owner, new.holder?.until)
        }
    }
}
