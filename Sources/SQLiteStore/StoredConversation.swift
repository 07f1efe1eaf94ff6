import JSON
import Router
import SQLite
import System
import WeCom

/// A conversation's rows, with its rules as far as an event needs them loaded.
struct StoredConversation {
    let row: Int64
    let app: Int64
    var machine: ConversationMachine
    /// The job that the event made of the last message once more.
    var retry: JobID?
}

// MARK: Loading

extension SQLiteStore.WriterState {
    /// The conversation of that key, which is made if it is new, with its places.
    func conversation(
        _ key: ConversationKey, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation {
        let app = try row(of: key.endpoint, in: db)
        if let found = try conversation(of: app, key.peer, at: now, db) { return found }
        try db.run("INSERT INTO conversations (app, peer) VALUES (?1, ?2)", app, key.peer.description)
        let machine = ConversationMachine(at: now, identifiers, isGroup: key.chat != nil)
        return StoredConversation(row: db.lastRowID, app: app, machine: machine)
    }

    /// The same, if there is one.
    func knownConversation(
        _ key: ConversationKey, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation? {
        let app = try db.first("SELECT app FROM apps WHERE key = ?1", key.endpoint.description) { $0.int64(0) }
        return try app.flatMap { try conversation(of: $0, key.peer, at: now, db) }
    }

    private func conversation(
        of app: Int64, _ peer: Peer, at now: Timestamp, _ db: borrowing Connection
    ) throws -> StoredConversation? {
        try db.first(
            """
            SELECT q.turn, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%', c.conv
            FROM conversations c LEFT JOIN queue q ON q.conv = c.conv LEFT JOIN outbox o ON o.conv = c.conv
            WHERE c.app = ?1 AND c.peer = ?2
            """, app, peer.description
        ) { StoredConversation(row: $0.int64(7), app: app, machine: ConversationMachine($0, at: now, identifiers)) }
    }

    /// The conversation of that row, with its places.
    func conversation(_ row: Int64, at now: Timestamp, _ db: borrowing Connection) throws -> StoredConversation {
        let found = try db.first(
            """
            SELECT q.turn, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%', c.app
            FROM conversations c LEFT JOIN queue q ON q.conv = c.conv LEFT JOIN outbox o ON o.conv = c.conv
            WHERE c.conv = ?1
            """, row
        ) { StoredConversation(row: row, app: $0.int64(7), machine: ConversationMachine($0, at: now, identifiers)) }
        guard let found else { throw UnreadableRow(table: "conversations", id: "\(row)") }
        return found
    }

    /// The conversation of a job that runs under this lease, with its places, that job and the one behind it, and true if the job
    /// has signs of life.
    func conversation(
        running lease: Lease, at now: Timestamp, _ db: borrowing Connection
    ) throws -> (conversation: StoredConversation, job: OpenJob, hasSigns: Bool)? {
        try db.first(
            """
            SELECT q.turn, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%', c.conv, c.app,
                EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_job WHERE job = ?1 AND class = 2),
                j.job, j.state, j.due_at, j.attempt, j.lease, j.crashes, j.epoch, j.cancel, j.held_up_since, j.member,
                n.job, n.state, n.due_at, n.attempt, n.lease, n.crashes, n.epoch, n.cancel, n.held_up_since, n.member
            FROM jobs j CROSS JOIN conversations c ON c.conv = j.conv LEFT JOIN queue q ON q.conv = j.conv
                LEFT JOIN outbox o ON o.conv = j.conv
                LEFT JOIN jobs n ON n.job = (
                    SELECT job FROM jobs INDEXED BY jobs_open
                    WHERE conv = j.conv AND ended_at IS NULL AND job > ?1 ORDER BY job LIMIT 1)
            WHERE j.job = ?1 AND j.lease = ?2 AND j.state = 'running'
            """, lease.job.number, lease.number
        ) { row in
            let job = OpenJob(row, from: 10)
            let jobs = row.isNull(20) ? [job] : [job, OpenJob(row, from: 20)]
            let machine = ConversationMachine(row, at: now, identifiers, jobs: jobs)
            return (StoredConversation(row: row.int64(7), app: row.int64(8), machine: machine), job, row.bool(9))
        }
    }

    /// The same with what the end of the job looks at: its questions, its signs of life, and of a superseded one all jobs behind it.
    func conversation(
        ending lease: Lease, at now: Timestamp, _ db: borrowing Connection
    ) throws -> (conversation: StoredConversation, job: OpenJob)? {
        guard case (var conversation, let job, let hasSigns)? = try conversation(running: lease, at: now, db) else {
            return nil
        }
        if job.cancel == Cancellation.superseded {
            conversation.machine.learn(jobs: [job] + (try OpenJob.all(of: conversation.row, behind: job.id, db)))
        }
        if hasSigns { conversation.machine.learn(signs: try SignOfLife.all(of: job.id, db)) }
        if mayHaveQuestions { conversation.machine.learn(questions: try KnownQuestion.all(of: job.id, db)) }
        return (conversation, job)
    }

    private func row(of key: Endpoint, in db: borrowing Connection) throws -> Int64 {
        if let app = apps[key] { return app }
        try db.run("INSERT INTO apps (key) VALUES (?1) ON CONFLICT DO NOTHING", key.description)
        let app = try db.first("SELECT app FROM apps WHERE key = ?1", key.description) { $0.int64(0) }
        guard let app else { preconditionFailure("an app that was just inserted is not there") }
        return app
    }
}

extension ConversationMachine {
    /// Reads the places, the epoch, the last job that ended, and what it is, from the first seven columns of a row.
    fileprivate init(
        _ row: borrowing Row, at now: Timestamp, _ identifiers: IdentifierSource, jobs: [OpenJob] = []
    ) {
        self.init(
            at: now, identifiers, epoch: row.int64(4), place: Place(row, from: 0), outbox: Place(row, from: 2),
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
            SELECT job, state, due_at, attempt, lease, crashes, epoch, cancel, held_up_since, member
            FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND ended_at IS NULL AND job > ?2 ORDER BY job LIMIT ?3
            """, conversation, job?.number ?? 0, limit
        ) { OpenJob($0) }
    }

    static func last(of conversation: Int64, _ db: borrowing Connection) throws -> OpenJob? {
        let last = try db.first(
            """
            SELECT job, state, due_at, attempt, lease, crashes, epoch, cancel, held_up_since, member
            FROM jobs INDEXED BY jobs_open
            WHERE conv = ?1 AND ended_at IS NULL ORDER BY job DESC LIMIT 1
            """, conversation
        ) { OpenJob($0) }
        return try last?.counted(db)
    }

    /// The same with the number of its messages.
    fileprivate func counted(_ db: borrowing Connection) throws -> OpenJob {
        var job = self
        job.messages = try db.first("SELECT count(*) FROM messages WHERE job = ?1", id.number) { $0.int(0) } ?? 0
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
                SELECT 1 FROM jobs INDEXED BY jobs_open WHERE conv = ?1 AND ended_at IS NULL LIMIT ?2)
            """, row, Submission.maxWaiting + 2
        ) { $0.int(0) } ?? 0
    }

    /// Learns what cancelling looks at: the open jobs, with their senders for a caller, their questions and their signs of life.
    mutating func learnOpenJobs(
        of caller: UserID? = nil, _ state: SQLiteStore.WriterState, _ db: borrowing Connection
    ) throws {
        let jobs = try OpenJob.all(of: row, db).map { try $0.known(to: caller, db) }
        machine.learn(jobs: jobs)
        machine.learn(signs: try jobs.flatMap { try SignOfLife.all(of: $0.id, db) })
        if state.mayHaveQuestions { machine.learn(questions: try KnownQuestion.open(in: row, db)) }
    }

    mutating func learnHeard(_ kind: Notice.Kind, _ db: borrowing Connection) throws {
        let at = try db.first("SELECT at FROM notices WHERE conv = ?1 AND kind = ?2", row, kind.rawValue) {
            $0.timestamp(0)
        }
        machine.learn(heard: kind, at: at)
    }
}

extension SignOfLife {
    static func all(of job: JobID, _ db: borrowing Connection) throws -> [SignOfLife] {
        try db.all(
            """
            SELECT delivery, body, state = 'pending' FROM deliveries INDEXED BY deliveries_job
            WHERE job = ?1 AND class = 2 AND state <> 'dropped' AND state <> 'failed' ORDER BY delivery
            """, job.number
        ) { row in
            SignOfLife(
                DeliveryID(row.int64(0)), of: job, to: Part(storedAs: row.text(1))?.address, isUnsent: row.int(2) == 1)
        }
    }
}
