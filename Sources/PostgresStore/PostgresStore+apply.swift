import JSON
import PostgreSQL
import Router
import System
import Text
import WeCom

extension WriterState {
    /// Writes what came of an event, in the order in which it is to be written. `message` is the one that the event brought.
    func apply(
        _ conversation: inout StoredConversation, bringing message: MessageColumns? = nil, _ db: borrowing Connection
    ) throws {
        let rows = PendingRows()
        try apply(&conversation, bringing: message, to: rows, db)
        try rows.write(db)
    }

    /// Does the same with rows that are written with others. What is seldom is written at once, behind them.
    func apply(
        _ conversation: inout StoredConversation, bringing message: MessageColumns? = nil, to rows: PendingRows,
        _ db: borrowing Connection
    ) throws {
        let now = conversation.machine.now
        for change in conversation.machine.takeChanges() {
            switch change {
            case .epoch(let epoch):
                try db.send("UPDATE conversations SET epoch = $2 WHERE conv = $1", conversation.row, epoch)
            case .memberEpoch(let member, let epoch): try conversation.write(epoch: epoch, of: member, db)
            case .place(let place, let old): try rows.move(conversation, from: old, to: place, db)
            case .outbox(let place, let old): try rows.moveOutbox(conversation, from: old, to: place, db)
            case .heard(let kind, let at):
                try db.send(
                    "INSERT INTO notices (conv, kind, at) VALUES ($1, $2, $3) ON CONFLICT (conv, kind) DO UPDATE SET at = $3",
                    conversation.row, kind.rawValue, at)
            case .lastEnded(let job): rows.note(job, endedLastIn: conversation.row)
            case .endedForMembers(let job): rows.note(job, endedForMembersOf: conversation.row)
            case .job(let job, let change):
                try apply(change, to: job, in: conversation.row, message, at: now, rows, db)
            case .question(let id, let change): try apply(change, to: id, in: conversation.row, at: now, db)
            case .delivery(let id, let change): try apply(change, to: id, in: conversation.row, at: now, rows, db)
            }
        }
        if conversation.isOnlyLocked, conversation.machine.place == nil {
            try rows.unlock(conversation, db)
            conversation.isOnlyLocked = false
        }
    }

    private func apply(
        _ change: JobChange, to job: JobID, in conversation: Int64, _ message: MessageColumns?, at now: Timestamp,
        _ rows: PendingRows, _ db: borrowing Connection
    ) throws {
        switch change {
        case .add(let epoch, let member):
            guard let message else { preconditionFailure("a job is made of a message") }
            try rows.add(job, in: conversation, epoch, of: member, message, db)
        case .lease(let leased, let owner, let until): try rows.lease(leased, to: owner, until: until, db)
        case .move(let move): try rows.move(job, move, at: now, db)
        case .note(let entry): rows.note(entry, of: job, at: now)
        case .forgetCalls: rows.forgetCalls(about: job)
        case .endUnreadableQuestions: rows.endQuestions(of: job, at: now)
        case .remember(let update, let epoch):
            try write(update, of: job, in: conversation, epoch, turns: 1, at: now, db)
        case .addMessage, .copy, .readdress, .dropMessages, .takeMessages, .makeReady, .requestStop, .forgetText:
            try rows.write(db)
            try applySeldom(change, to: job, in: conversation, message, db)
        }
    }

    private func applySeldom(
        _ change: JobChange, to job: JobID, in conversation: Int64, _ message: MessageColumns?,
        _ db: borrowing Connection
    ) throws {
        switch change {
        case .addMessage: try append(message, to: job, db)
        case .copy(let old, let epoch, let member):
            try insert(job, copiedFrom: old, epoch, of: member, in: conversation, db)
        case .readdress(let address):
            try db.send(
                """
                UPDATE messages SET reply_address = $2
                WHERE job = $1 AND n = (SELECT max(n) FROM messages WHERE job = $1)
                """, job.number, address.json.text)
        case .dropMessages(let user): try dropMessages(of: user, from: job, db)
        case .takeMessages(let other): try moveMessages(of: other, to: job, db)
        case .makeReady: try db.send("UPDATE jobs SET state = 'ready', due_at = NULL WHERE job = $1", job.number)
        case .requestStop(let why): try db.send("UPDATE jobs SET cancel = $2 WHERE job = $1", job.number, why)
        case .forgetText: try forgetText(of: job, db)
        case .add, .lease, .move, .note, .forgetCalls, .endUnreadableQuestions, .remember: break
        }
    }

    private func apply(
        _ change: QuestionChange, to question: QuestionID, in conversation: Int64, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        switch change {
        case .add(let asked, let lease, let delivery):
            try insert(question, asked, of: lease, in: conversation, shownBy: delivery, at: now, db)
        case .show(let style, let delivery):
            try db.send(
                "UPDATE questions SET delivery = $2, style = $3 WHERE question = $1", question.number, delivery.number,
                style.word)
        case .end(let ending):
            try db.send(
                "UPDATE questions SET state = $2, answer = $3, answered_by = $4, ended_at = $5 WHERE question = $1",
                question.number, ending.state, ending.places, ending.answeredBy, now)
        }
    }

    private func apply(
        _ change: DeliveryChange, to delivery: DeliveryID, in conversation: Int64, at now: Timestamp,
        _ rows: PendingRows, _ db: borrowing Connection
    ) throws {
        switch change {
        case .add(let part, let kind, let job): try rows.add(delivery, in: conversation, part, kind, of: job, db)
        case .beginSending(let checks): try rows.begin(delivery, checks: checks, at: now, db)
        case .end(let state, let receipt, let reason):
            try rows.end(delivery, as: state, receipt, reason: reason, at: now, db)
        case .keep:
            try rows.write(db)
            try db.send("UPDATE deliveries SET kept = true WHERE delivery = $1", delivery.number)
        case .countSend: rows.count(delivery, at: now)
        case .copy(let old):
            try rows.write(db)
            try db.send(
                """
                INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest, media_id, replay_of)
                SELECT $2::bigint, conv, job, class, kind, 'pending', body, digest, media_id, $1::bigint
                FROM deliveries WHERE delivery = $1
                """, old.number, delivery.number)
        case .putBack(let due, let reason):
            try rows.write(db)
            try db.send(
                """
                UPDATE deliveries SET state = 'pending', due_at = $2, reason = coalesce($3, reason) WHERE delivery = $1
                """, delivery.number, due, reason)
        }
    }

    // MARK: Messages

    private func add(_ message: MessageColumns?, to job: JobID, n: Int, _ db: borrowing Connection) throws {
        guard let message else { preconditionFailure("a job is made of a message") }
        try db.send(
            "INSERT INTO messages (job, n, body, reply_address) VALUES ($1, $2, $3, $4)", job.number, n, message.body,
            message.replyAddress)
    }

    private func append(_ message: MessageColumns?, to job: JobID, _ db: borrowing Connection) throws {
        let last = try db.first("SELECT coalesce(max(n), 0) FROM messages WHERE job = $1", job.number) { $0.int(0) }
        try add(message, to: job, n: (last ?? 0) + 1, db)
    }

    private func insert(
        _ job: JobID, copiedFrom old: JobID, _ epoch: Int64, of member: UserID?, in conversation: Int64,
        _ db: borrowing Connection
    ) throws {
        try db.send(
            """
            INSERT INTO messages (job, n, body, reply_address)
            SELECT $2::bigint, n, body, reply_address FROM messages WHERE job = $1
            """, old.number, job.number)
        try db.send(
            "INSERT INTO jobs (job, conv, state, epoch, member, replay_of) VALUES ($1, $2, 'ready', $3, $4, $5)",
            job.number, conversation, epoch, member?.folded, old.number)
    }

    /// Here, and not by a function of the server's: those do not take every text that JSON may hold.
    private func forgetText(of job: JobID, _ db: borrowing Connection) throws {
        let messages = try db.all("SELECT n, body FROM messages WHERE job = $1", job.number) {
            (n: $0.int64(0), body: $0.text(1))
        }
        for (n, body) in messages {
            guard case .object(let members)? = JSONValue(storedAs: body) else {
                continue
            }
            let json = JSONValue.object(
                members.filter { !$0.name.isSame(as: "text") && !$0.name.isSame(as: "media") }
                    + [JSONValue.Member("text", "")])
            try db.send("UPDATE messages SET body = $3 WHERE job = $1 AND n = $2", job.number, n, json.text)
        }
    }

    private func moveMessages(of job: JobID, to next: JobID, _ db: borrowing Connection) throws {
        let last = try db.first("SELECT coalesce(max(n), 0) FROM messages WHERE job = $1", job.number) { $0.int64(0) }
        let own = try db.all("SELECT n FROM messages WHERE job = $1 ORDER BY n DESC", next.number) { $0.int64(0) }
        for n in own {
            try db.send("UPDATE messages SET n = $3 WHERE job = $1 AND n = $2", next.number, n, n + (last ?? 0))
        }
        try db.send("UPDATE messages SET job = $2 WHERE job = $1", job.number, next.number)
    }
}
