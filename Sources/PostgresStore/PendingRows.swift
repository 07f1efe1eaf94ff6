import JSON
import PostgreSQL
import Router
import System
import WeCom

/// Rows to be written, gathered by the statement that writes them: one for any number of them.
///
/// No table refers to another, so that only the order within a table matters. A row that is changed twice is written in between.
final class PendingRows {
    // Each holds columns as its statement has them.
    private var places: [(conv: Int64, turn: Int64, at: Timestamp)] = []
    private var newPlaces: [(conv: Int64, app: Int64, turn: Int64, at: Timestamp)] = []
    private var gonePlaces: [Int64] = []
    private var outbox: [(conv: Int64, place: Place)] = []
    private var newOutbox: [(conv: Int64, app: Int64, place: Place)] = []
    private var goneOutbox: [Int64] = []
    private var jobs: [(job: JobID, conv: Int64, epoch: Int64, member: UserID?, message: MessageColumns)] = []
    private var leases: [(job: OpenJob, owner: String, until: Timestamp)] = []
    private var moves: [(job: JobID, move: JobMove, at: Timestamp)] = []
    /// Jobs whose agents' calls are of no use any more, and those whose questions have ended.
    private var uncalled: [JobID] = []
    private var unasked: [(job: JobID, at: Timestamp)] = []
    private var lastEnded: [Int64: JobID] = [:]
    /// Jobs of groups, with their conversations.
    private var endedForMembers: [JobID: Int64] = [:]
    private var events: [(job: JobID, entry: TimeLineEntry, at: Timestamp)] = []
    private var deliveries: [(delivery: DeliveryID, conv: Int64, part: Part, kind: Delivery.Class, job: JobID?)] = []
    private var begun: [(delivery: DeliveryID, checks: Bool, at: Timestamp)] = []
    private var ends:
        [(delivery: DeliveryID, state: DeliveryState, receipt: SendReceipt, reason: String?, at: Timestamp)] = []
    private var sends: [(delivery: DeliveryID, at: Timestamp)] = []
    /// The rows that are among them already.
    private var keys: Set<Key> = []

    private enum Key: Hashable { case queue(Int64), outbox(Int64), job(JobID), delivery(DeliveryID) }

    /// Makes room for a change of a row.
    private func admit(_ key: Key, _ db: borrowing Connection) throws {
        if !keys.insert(key).inserted {
            try write(db)
            keys = [key]
        }
    }
}

// MARK: Gathering

extension PendingRows {
    func move(
        _ conversation: StoredConversation, from old: Place?, to new: Place?, _ db: borrowing Connection
    ) throws {
        try admit(.queue(conversation.row), db)
        switch (old, new) {
        case (nil, nil): break
        case (nil, let new?) where new == conversation.supposed: break
        case (_?, nil): gonePlaces.append(conversation.row)
        case (nil, let new?) where !conversation.isOnlyLocked:
            newPlaces.append((conversation.row, conversation.app, new.turn, new.at))
        case (_, let new?): places.append((conversation.row, new.turn, new.at))
        }
    }

    /// Takes a row out of the queue that was there only to be locked.
    func unlock(_ conversation: StoredConversation, _ db: borrowing Connection) throws {
        try admit(.queue(conversation.row), db)
        gonePlaces.append(conversation.row)
    }

    func moveOutbox(
        _ conversation: StoredConversation, from old: Place?, to new: Place?, _ db: borrowing Connection
    ) throws {
        try admit(.outbox(conversation.row), db)
        switch (old, new) {
        case (_, nil): goneOutbox.append(conversation.row)
        case (nil, let new?): newOutbox.append((conversation.row, conversation.app, new))
        case (_?, let new?): outbox.append((conversation.row, new))
        }
    }

    func add(
        _ job: JobID, in conversation: Int64, _ epoch: Int64, of member: UserID?, _ message: MessageColumns,
        _ db: borrowing Connection
    ) throws {
        try admit(.job(job), db)
        jobs.append((job, conversation, epoch, member, message))
    }

    func lease(_ job: OpenJob, to owner: String, until: Timestamp, _ db: borrowing Connection) throws {
        try admit(.job(job.id), db)
        leases.append((job, owner, until))
    }

    func move(_ job: JobID, _ move: JobMove, at now: Timestamp, _ db: borrowing Connection) throws {
        try admit(.job(job), db)
        moves.append((job, move, now))
    }

    func forgetCalls(about job: JobID) { uncalled.append(job) }

    func endQuestions(of job: JobID, at now: Timestamp) { unasked.append((job, now)) }

    func note(_ job: JobID, endedLastIn conversation: Int64) { lastEnded[conversation] = job }

    func note(_ job: JobID, endedForMembersOf conversation: Int64) { endedForMembers[job] = conversation }

    func note(_ entry: TimeLineEntry, of job: JobID, at now: Timestamp) { events.append((job, entry, now)) }

    func add(
        _ delivery: DeliveryID, in conversation: Int64, _ part: Part, _ kind: Delivery.Class, of job: JobID?,
        _ db: borrowing Connection
    ) throws {
        try admit(.delivery(delivery), db)
        deliveries.append((delivery, conversation, part, kind, job))
    }

    func begin(_ delivery: DeliveryID, checks: Bool, at now: Timestamp, _ db: borrowing Connection) throws {
        try admit(.delivery(delivery), db)
        begun.append((delivery, checks, now))
    }

    func end(
        _ delivery: DeliveryID, as state: DeliveryState, _ receipt: SendReceipt, reason: String?, at now: Timestamp,
        _ db: borrowing Connection
    ) throws {
        try admit(.delivery(delivery), db)
        ends.append((delivery, state, receipt, reason, now))
    }

    func count(_ delivery: DeliveryID, at now: Timestamp) { sends.append((delivery, now)) }
}

// MARK: Writing

extension PendingRows {
    /// Writes what has gathered.
    func write(_ db: borrowing Connection) throws {
        try writePlaces(db)
        try writeOutbox(db)
        try writeJobs(db)
        try writeDeliveries(db)
        try writeEnds(db)
        try writeEvents(db)
        keys = []
    }

    private func writePlaces(_ db: borrowing Connection) throws {
        if !places.isEmpty {
            try db.send(
                """
                UPDATE queue q SET turn = u.turn, at = u.at, home = NULL, home_until = NULL
                FROM unnest($1, $2, $3) AS u (conv, turn, at)
                WHERE q.conv = u.conv
                """, planned: .anew, Column(places.map(\.conv)), Column(places.map(\.turn)), Column(places.map(\.at)))
        }
        if !newPlaces.isEmpty {
            try db.send(
                "INSERT INTO queue (conv, app, turn, at) SELECT * FROM unnest($1, $2, $3, $4)", planned: .anew,
                Column(newPlaces.map(\.conv)), Column(newPlaces.map(\.app)), Column(newPlaces.map(\.turn)),
                Column(newPlaces.map(\.at)))
        }
        if !gonePlaces.isEmpty {
            try db.send("DELETE FROM queue WHERE conv = ANY ($1)", planned: .anew, Column(gonePlaces))
        }
        (places, newPlaces, gonePlaces) = ([], [], [])
    }

    private func writeOutbox(_ db: borrowing Connection) throws {
        if !outbox.isEmpty {
            try db.send(
                """
                UPDATE outbox o SET turn = u.turn, at = u.at, owner = u.owner, lease_until = u.until
                FROM unnest($1, $2, $3, $4, $5) AS u (conv, turn, at, owner, until) WHERE o.conv = u.conv
                """, planned: .anew, Column(outbox.map(\.conv)), Column(outbox.map(\.place.turn)),
                Column(outbox.map(\.place.at)), Column(outbox.map(\.place.holder?.owner)),
                Column(outbox.map(\.place.holder?.until)))
        }
        if !newOutbox.isEmpty {
            try db.send(
                "INSERT INTO outbox (conv, app, turn, at) SELECT * FROM unnest($1, $2, $3, $4)", planned: .anew,
                Column(newOutbox.map(\.conv)), Column(newOutbox.map(\.app)), Column(newOutbox.map(\.place.turn)),
                Column(newOutbox.map(\.place.at)))
        }
        if !goneOutbox.isEmpty {
            try db.send("DELETE FROM outbox WHERE conv = ANY ($1)", planned: .anew, Column(goneOutbox))
        }
        (outbox, newOutbox, goneOutbox) = ([], [], [])
    }

    private func writeJobs(_ db: borrowing Connection) throws {
        if !jobs.isEmpty {
            try db.send(
                """
                INSERT INTO jobs (job, conv, state, epoch, member)
                SELECT job, conv, 'ready', epoch, member FROM unnest($1, $2, $3, $4) AS u (job, conv, epoch, member)
                """, planned: .anew, Column(jobs.map(\.job.number)), Column(jobs.map(\.conv)),
                Column(jobs.map(\.epoch)),
                Column(jobs.map(\.member?.folded)))
            try db.send(
                """
                INSERT INTO messages (job, n, body, reply_address)
                SELECT job, 1, body, reply_address FROM unnest($1, $2, $3) AS u (job, body, reply_address)
                """, planned: .anew, Column(jobs.map(\.job.number)), Column(jobs.map(\.message.body)),
                Column(jobs.map(\.message.replyAddress)))
        }
        if !leases.isEmpty {
            try db.send(
                """
                UPDATE jobs j SET state = 'running', attempt = u.attempt, lease = u.lease, owner = u.owner, lease_until = u.until
                FROM unnest($1, $2, $3, $4, $5) AS u (job, attempt, lease, owner, until) WHERE j.job = u.job
                """, planned: .anew, Column(leases.map(\.job.id.number)), Column(leases.map(\.job.attempt)),
                Column(leases.map(\.job.lease)), Column(leases.map(\.owner)), Column(leases.map(\.until)))
        }
        // In the order in which leases are renewed, or the two might wait for each other.
        moves.sort { $0.job < $1.job }
        if !moves.isEmpty { try writeMoves(db) }
        (jobs, leases, moves) = ([], [], [])
    }

    private func writeMoves(_ db: borrowing Connection) throws {
        try db.send(
            """
            UPDATE jobs j SET state = u.state, owner = NULL, lease_until = NULL, cancel = NULL, due_at = u.due,
                ended_at = u.ended, reason = u.reason, attempt = u.attempt, crashes = u.crashes, held_up_since = u.held,
                agent = coalesce(u.agent, j.agent), lease = u.lease
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                AS u (job, state, due, ended, reason, attempt, crashes, held, agent, lease)
            WHERE j.job = u.job
            """, planned: .anew, Column(moves.map(\.job.number)), Column(moves.map(\.move.state.rawValue)),
            Column(moves.map(\.move.due)), Column(moves.map { $0.move.state.isTerminal ? $0.at : nil }),
            Column(moves.map(\.move.reason)), Column(moves.map(\.move.attempt)), Column(moves.map(\.move.crashes)),
            Column(moves.map(\.move.heldUpSince)), Column(moves.map(\.move.agent)), Column(moves.map(\.move.lease)))
    }

    private func writeDeliveries(_ db: borrowing Connection) throws {
        if !deliveries.isEmpty {
            try db.send(
                """
                INSERT INTO deliveries (delivery, conv, job, class, kind, state, body, digest)
                SELECT delivery, conv, job, class, kind, 'pending', body, digest
                FROM unnest($1, $2, $3, $4, $5, $6, $7) AS u (delivery, conv, job, class, kind, body, digest)
                """, planned: .anew, Column(deliveries.map(\.delivery.number)), Column(deliveries.map(\.conv)),
                Column(deliveries.map(\.job?.number)), Column(deliveries.map(\.kind.rawValue)),
                Column(deliveries.map(\.part.body.kind.rawValue)), Column(deliveries.map(\.part.json.text)),
                Column(deliveries.map(\.part.digest)))
        }
        if !begun.isEmpty {
            try db.send(
                """
                UPDATE deliveries d SET state = 'sending', attempt = d.attempt + 1, tried_at = u.at, due_at = NULL,
                    checked = u.checks
                FROM unnest($1, $2, $3) AS u (delivery, at, checks) WHERE d.delivery = u.delivery
                """, planned: .anew, Column(begun.map(\.delivery.number)), Column(begun.map(\.at)),
                Column(begun.map(\.checks)))
        }
        if !ends.isEmpty {
            try db.send(
                """
                UPDATE deliveries d SET state = u.state, wecom_id = u.wecom_id, response_code = u.code, reason = u.reason,
                    ended_at = u.at, kept = false
                FROM unnest($1, $2, $3, $4, $5, $6) AS u (delivery, state, wecom_id, code, reason, at)
                WHERE d.delivery = u.delivery
                """, planned: .anew, Column(ends.map(\.delivery.number)), Column(ends.map(\.state.rawValue)),
                Column(ends.map(\.receipt.wecomID)), Column(ends.map(\.receipt.responseCode)),
                Column(ends.map(\.reason)), Column(ends.map(\.at)))
        }
        if !sends.isEmpty {
            try db.send(
                """
                INSERT INTO recent_sends (conv, at, delivery, digest) SELECT d.conv, u.at, d.delivery, d.digest
                FROM unnest($1, $2) AS u (delivery, at) JOIN deliveries d ON d.delivery = u.delivery
                """, planned: .anew, Column(sends.map(\.delivery.number)), Column(sends.map(\.at)))
        }
        (deliveries, begun, ends, sends) = ([], [], [], [])
    }

    /// Writes what the ends of jobs come to besides.
    private func writeEnds(_ db: borrowing Connection) throws {
        if !uncalled.isEmpty {
            let jobs = Column(uncalled.map(\.number))
            try db.send("DELETE FROM calls WHERE job = ANY ($1)", planned: .anew, jobs)
            try db.send("DELETE FROM call_totals WHERE job = ANY ($1)", planned: .anew, jobs)
        }
        if !unasked.isEmpty {
            try db.send(
                """
                UPDATE questions q SET state = 'lapsed', ended_at = u.at FROM unnest($1, $2) AS u (job, at)
                WHERE q.job = u.job AND q.ended_at IS NULL
                """, planned: .anew, Column(unasked.map(\.job.number)), Column(unasked.map(\.at)))
        }
        if !lastEnded.isEmpty {
            let ends = lastEnded.sorted { $0.key < $1.key }
            try db.send(
                """
                UPDATE conversations c SET last_job = u.job FROM unnest($1, $2) AS u (conv, job) WHERE c.conv = u.conv
                """, planned: .anew, Column(ends.map(\.key)), Column(ends.map(\.value.number)))
        }
        if !endedForMembers.isEmpty { try noteEnds(of: endedForMembers, db) }
        (uncalled, unasked, lastEnded, endedForMembers) = ([], [], [:], [:])
    }

    /// Lines are numbered within their job, behind those that it has.
    private func writeEvents(_ db: borrowing Connection) throws {
        if events.isEmpty { return }
        try db.send(
            """
            INSERT INTO events (job, n, at, what, why, who)
            SELECT u.job, u.place + (SELECT coalesce(max(n), 0) FROM events e WHERE e.job = u.job), u.at, u.what, u.why, u.who
            FROM (SELECT *, row_number() OVER (PARTITION BY job ORDER BY i) AS place
                FROM unnest($1, $2, $3, $4, $5) WITH ORDINALITY AS r (job, at, what, why, who, i)) AS u
            """, planned: .anew, Column(events.map(\.job.number)), Column(events.map(\.at)),
            Column(events.map(\.entry.what)), Column(events.map(\.entry.why)), Column(events.map(\.entry.who)))
        events = []
    }
}
