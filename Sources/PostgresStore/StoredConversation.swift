import JSON
import PostgreSQL
import Router
import System
import WeCom

/// A conversation's rows, with its rules as far as an event needs them loaded.
struct StoredConversation {
    let row: Int64
    let app: Int64
    var machine: ConversationMachine
    /// Its row in the queue is there only to be locked: nothing of it is open.
    var isOnlyLocked = false
    /// The place that the row in the queue says it has where it is there only to be locked.
    var supposed: Place?
    /// The highest number of what is still to be sent of it, whichever process made that: what is new goes behind it.
    var newest: Int64 = 0
    /// The job that the event made of the last message once more.
    var retry: JobID?
}

// MARK: Loading

extension WriterState {
    /// The conversation of that key, which is made if it is new, locked and with its places.
    func conversation(
        _ key: ConversationKey, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation {
        let app = try row(of: key.endpoint, in: db)
        let row = try db.first(
            """
            WITH new AS (
                INSERT INTO conversations (app, peer) SELECT $1, $2
                WHERE NOT EXISTS (SELECT 1 FROM conversations WHERE app = $1 AND peer = $2)
                ON CONFLICT DO NOTHING RETURNING conv)
            SELECT conv FROM new UNION ALL SELECT conv FROM conversations WHERE app = $1 AND peer = $2
            """, app, key.peer.description
        ) { $0.int64(0) }
        // Somebody else has just made it.
        guard let row else { throw PostgresError(.again, message: "a conversation has appeared") }
        return try conversation(row, at: now, db)
    }

    /// The same, if there is one.
    func knownConversation(
        _ key: ConversationKey, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation? {
        let row = try db.first(
            "SELECT c.conv FROM apps a JOIN conversations c ON c.app = a.app WHERE a.key = $1 AND c.peer = $2",
            key.endpoint.description, key.peer.description
        ) { $0.int64(0) }
        return try row.map { try conversation($0, at: now, db) }
    }

    /// The conversation of that row, locked and with its places.
    func conversation(_ row: Int64, at now: Timestamp, _ db: borrowing Connection) throws -> StoredConversation {
        try lock(row, db)
        return try lockedConversation(row, at: now, db)
    }

    /// The same of one that is locked already.
    func lockedConversation(
        _ row: Int64, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation {
        let found = try db.first(
            """
            SELECT q.turn, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%', c.app, CASE WHEN o.conv IS NOT NULL
                THEN (SELECT max(delivery) FROM deliveries d WHERE d.conv = c.conv AND d.ended_at IS NULL) END
            FROM conversations c LEFT JOIN queue q ON q.conv = c.conv LEFT JOIN outbox o ON o.conv = c.conv
            WHERE c.conv = $1
            """, row
        ) {
            StoredConversation(
                row: row, app: $0.int64(7), machine: ConversationMachine($0, at: now),
                isOnlyLocked: $0.optionalInt(0) == 0, newest: $0.optionalInt64(8) ?? 0)
        }
        guard let found else { throw UnreadableRow(table: "conversations", id: "\(row)") }
        return found
    }

    /// The conversation of a job that runs under this lease, with its places and that job. Its subject was locked.
    func conversation(
        running lease: Lease, at now: Timestamp, _ db: borrowing Connection
    ) throws -> (conversation: StoredConversation, job: OpenJob)? {
        try db.first(
            """
            SELECT q.turn, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%', c.conv, c.app, j.job, j.state,
                j.due_at, j.attempt, j.lease, j.crashes, j.epoch, j.cancel, j.held_up_since, j.member, CASE WHEN o.conv IS NOT NULL
                    THEN (SELECT max(delivery) FROM deliveries d WHERE d.conv = j.conv AND d.ended_at IS NULL) END
            FROM jobs j JOIN conversations c ON c.conv = j.conv LEFT JOIN queue q ON q.conv = j.conv
                LEFT JOIN outbox o ON o.conv = j.conv
            WHERE j.job = $1 AND j.lease = $2 AND j.state = 'running'
            """, lease.job.number, lease.number
        ) { row in
            let job = OpenJob(row, from: 9)
            let machine = ConversationMachine(row, at: now, jobs: [job])
            let conversation = StoredConversation(
                row: row.int64(7), app: row.int64(8), machine: machine, newest: row.optionalInt64(19) ?? 0)
            return (conversation, job)
        }
    }

    func row(of key: Endpoint, in db: borrowing Connection) throws -> Int64 {
        if let app = row(of: key) { return app }
        try db.send("INSERT INTO apps (key) VALUES ($1) ON CONFLICT DO NOTHING", key.description)
        let app = try db.first("SELECT app FROM apps WHERE key = $1", key.description) { $0.int64(0) }
        guard let app else { throw PostgresError(.again, message: "an app has appeared") }
        return app
    }
}

extension ConversationMachine {
    /// Reads the places, the epoch, the last job that ended, and what it is, from the first seven columns of a row.
    init(_ row: borrowing Row, at now: Timestamp, jobs: [OpenJob] = []) {
        self.init(
            at: now, .none, epoch: row.int64(4), place: Place(row, from: 0), outbox: Place(row, from: 2),
            lastEnded: row.optionalInt64(5).map(JobID.init), isGroup: row.bool(6), jobs: jobs)
    }
}

extension Place {
    /// Reads a place from two columns of `queue` or `outbox`; nil where there is no row.
    init?(_ row: borrowing Row, from column: Int) {
        self.init(turn: row.int64(column), at: row.timestamp(column + 1))
    }
}

// MARK: What an event needs besides

extension OpenJob {
    /// Reads ten columns: job, state, due_at, attempt, lease, crashes, epoch, cancel, held_up_since, member.
    init(_ row: borrowing Row, from column: Int = 0) {
        self.init(
            JobID(row.int64(column)), JobState(rawValue: row.text(column + 1)) ?? .ready,
            due: row.optionalTimestamp(column + 2), attempt: row.int(column + 3), lease: row.int64(column + 4),
            crashes: row.int(column + 5), epoch: row.int64(column + 6),
            member: row.optionalText(column + 9).map(UserID.init), cancel: row.optionalText(column + 7),
            heldUpSince: row.optionalTimestamp(column + 8))
    }

    /// The open jobs of a conversation behind one of them, the oldest first.
    static func all(
        of conversation: Int64, behind job: JobID? = nil, atMost limit: Int = 1000, _ db: borrowing Connection
    ) throws -> [OpenJob] {
        try db.all(
            """
            SELECT job, state, due_at, attempt, lease, crashes, epoch, cancel, held_up_since, member FROM jobs
            WHERE conv = $1 AND ended_at IS NULL AND job > $2 ORDER BY conv, job LIMIT $3
            """, conversation, job?.number ?? 0, limit
        ) { OpenJob($0) }
    }

    static func last(of conversation: Int64, _ db: borrowing Connection) throws -> OpenJob? {
        let last = try db.first(
            """
            SELECT job, state, due_at, attempt, lease, crashes, epoch, cancel, held_up_since, member FROM jobs
            WHERE conv = $1 AND ended_at IS NULL ORDER BY conv DESC, job DESC LIMIT 1
            """, conversation
        ) { OpenJob($0) }
        return try last?.counted(db)
    }

    /// The same with the number of its messages.
    fileprivate func counted(_ db: borrowing Connection) throws -> OpenJob {
        var job = self
        job.messages = try db.first("SELECT count(*) FROM messages WHERE job = $1", id.number) { $0.int(0) } ?? 0
        return job
    }
}

extension StoredConversation {
    /// Learns what a message looks at that is to be answered: how many jobs there are, and those at the ends if it may join them.
    mutating func learn(for request: JobRequest, _ db: borrowing Connection) throws {
        guard machine.place != nil else { return }
        let count = try countOfOpenJobs(db)
        guard request.joinsOthers, let last = try OpenJob.last(of: row, db) else {
            return machine.learn(jobs: [], unseen: count)
        }
        let first = try OpenJob.all(of: row, atMost: 1, db).filter { $0.id != last.id }.map { try $0.counted(db) }
        machine.learn(jobs: first + [last], unseen: max(0, count - first.count - 1))
    }

    /// Learns how many jobs there are, up to one more than may wait behind one that runs.
    mutating func learnCount(_ db: borrowing Connection) throws {
        guard machine.place != nil else { return }
        machine.learn(jobs: [], unseen: try countOfOpenJobs(db))
    }

    private func countOfOpenJobs(_ db: borrowing Connection) throws -> Int {
        try db.first(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM jobs WHERE conv = $1 AND ended_at IS NULL LIMIT $2) AS open
            """, row, Submission.maxWaiting + 2
        ) { $0.int(0) } ?? 0
    }

    /// Learns what the end of a job looks at that runs: those behind it, its questions and its signs of life.
    mutating func learnEnd(of job: OpenJob, _ db: borrowing Connection) throws {
        let behind = job.cancel == Cancellation.superseded ? 1000 : 1
        machine.learn(jobs: [job] + (try OpenJob.all(of: row, behind: job.id, atMost: behind, db)))
        machine.learn(signs: try SignOfLife.all(of: job.id, db))
        machine.learn(questions: try KnownQuestion.all(of: job.id, db))
    }

    /// Learns what cancelling looks at: the open jobs, with their senders for a caller, their questions and their signs of life.
    mutating func learnOpenJobs(of caller: UserID? = nil, _ db: borrowing Connection) throws {
        let jobs = try OpenJob.all(of: row, db).map { try $0.known(to: caller, db) }
        machine.learn(jobs: jobs)
        machine.learn(signs: try jobs.flatMap { try SignOfLife.all(of: $0.id, db) })
        machine.learn(questions: try KnownQuestion.open(in: row, db))
    }

    mutating func learnHeard(_ kind: Notice.Kind, _ db: borrowing Connection) throws {
        let at = try db.first("SELECT at FROM notices WHERE conv = $1 AND kind = $2", row, kind.rawValue) {
            $0.timestamp(0)
        }
        machine.learn(heard: kind, at: at)
    }
}

extension SignOfLife {
    static func all(of job: JobID, _ db: borrowing Connection) throws -> [SignOfLife] {
        try db.all(
            """
            SELECT delivery, body, state = 'pending' FROM deliveries
            WHERE job = $1 AND class = 2 AND state <> 'dropped' AND state <> 'failed' ORDER BY delivery
            """, job.number
        ) { row in
            SignOfLife(
                DeliveryID(row.int64(0)), of: job, to: Part(storedAs: row.text(1))?.address, isUnsent: row.bool(2))
        }
    }
}

extension IdentifierSource {
    /// Numbers nothing: `decide` lends the one that does.
    static let none = IdentifierSource(node: 0, notBefore: 0)
}
