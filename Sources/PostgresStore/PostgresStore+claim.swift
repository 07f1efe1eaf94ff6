import PostgreSQL
package import Router
package import System
import WeCom

extension PostgresStore {
    package func claim(for owner: String, within rules: ClaimRules, at now: Timestamp) async throws -> [ClaimedJob] {
        let now = time(now)
        let (jobs, hasLeft) = try await database.write(for: .turns) { [state] db in
            try state.claim(for: owner, within: rules, at: now, in: db)
        }
        if hasLeft { give(.jobs) }
        return jobs
    }

    package func renew(_ leases: [Lease], for duration: Duration, at now: Timestamp) async throws -> [Lease] {
        let until = time(now).advanced(by: duration)
        return try await database.write(for: .leases) { db in
            // In the order of their numbers, in which those who end turns take them too.
            let leases = leases.sorted { $0.job < $1.job }
            let held = try db.all(
                """
                UPDATE jobs j SET lease_until = $3 FROM (
                    SELECT j.job FROM unnest($1, $2) AS u (job, lease) JOIN jobs j ON j.job = u.job AND j.lease = u.lease
                    WHERE j.state = 'running' ORDER BY j.job FOR UPDATE OF j) AS held
                WHERE j.job = held.job AND j.state = 'running' RETURNING j.job, j.lease
                """, planned: .anew, Column(leases.map(\.job.number)), Column(leases.map(\.number)), until
            ) { Lease(job: JobID($0.int64(0)), number: $0.int64(1)) }
            return leases.filter(Set(held).contains)
        }
    }

    /// Those of this process: the others look after their own.
    package func cancellations() async throws -> [Cancellation] {
        try await database.readOnce { [state] db in
            try db.all(
                """
                SELECT job, lease, cancel FROM jobs WHERE cancel IS NOT NULL AND owner = $1 ORDER BY job LIMIT 1000
                """, state.owner
            ) { Cancellation(lease: Lease(job: JobID($0.int64(0)), number: $0.int64(1)), reason: $0.text(2)) }
        }
    }
}

extension WriterState {
    /// The jobs, and whether others have been left to other processes.
    fileprivate func claim(
        for owner: String, within rules: ClaimRules, at now: Timestamp, in db: borrowing Connection
    ) throws -> (jobs: [ClaimedJob], hasLeft: Bool) {
        try makeReadyWhatIsDue(at: now, in: db)
        if rules.home != nil { try takeBackWhatWasLeft(until: now, in: db) }
        var rules = rules
        var (jobs, hasLeft): ([ClaimedJob], Bool) = ([], false)
        for table in tables(at: rules.home) {
            jobs += try claim(from: table, for: owner, within: &rules, &hasLeft, at: now, in: db)
        }
        return (jobs, hasLeft)
    }

    private func claim(
        from table: PlaceTable, for owner: String, within rules: inout ClaimRules, _ hasLeft: inout Bool,
        at now: Timestamp, in db: borrowing Connection
    ) throws -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        while rules.limit > 0 {
            let places = try nextPlaces(in: table, atMost: rules.limit, db) { rules.admits(try appKey($0, in: db)) }
            if places.isEmpty { break }
            var leased: [LeasedJob] = []
            let pending = PendingRows()
            let found = try readyJobs(at: places, db)
            let ours = table == .queue ? try withoutThoseOfOthers(found, rules.home, at: now, in: db) : found
            hasLeft = hasLeft || ours.count < found.count
            for ready in ours where rules.admits(try appKey(ready.place.app, in: db)) {
                move(table, to: ready.place.app)
                guard let job = try lease(ready, to: owner, within: rules, at: now, pending, in: db) else { continue }
                rules.note(jobOf: job.key?.endpoint, crashes: job.job.crashes)
                leased.append(job)
            }
            try pending.write(db)
            let claimed = try claimed(leased, at: now, in: db)
            // Those that cannot be read take nobody's place.
            rules.limit += leased.count - claimed.count
            jobs += claimed
        }
        return jobs
    }

    /// Makes ready what is due by now: conversations, and the jobs in them that waited for their next try.
    private func makeReadyWhatIsDue(at now: Timestamp, in db: borrowing Connection) throws {
        let due = try db.all(
            "SELECT conv FROM queue WHERE turn = 2 AND at <= $1 ORDER BY at LIMIT 200 FOR UPDATE SKIP LOCKED", now
        ) { $0.int64(0) }
        for row in due {
            var conversation = try lockedConversation(row, at: now, db)
            conversation.machine.learn(jobs: try OpenJob.all(of: row, atMost: 1, db))
            conversation.machine.comeDue()
            try apply(&conversation, db)
        }
    }

    // MARK: Homes

    /// Leaves to other processes, for a while, conversations whose files are on their disks. Returns the rest.
    private func withoutThoseOfOthers(
        _ found: [ReadyJob], _ home: ClaimRules.Home?, at now: Timestamp, in db: borrowing Connection
    ) throws -> [ReadyJob] {
        guard let home else { return found }
        let others = found.filter { $0.home.map { $0 != home.name } ?? false }  // short: names of processes
        if others.isEmpty { return found }
        let ends = try db.all(
            """
            SELECT i.n, EXISTS (SELECT 1 FROM nodes WHERE name = i.home AND seen_at > $3),
                EXISTS (SELECT 1 FROM workspaces w WHERE w.conv = i.conv AND w.blob IS NULL)
            FROM unnest($1, $2) WITH ORDINALITY AS i (conv, home, n) ORDER BY i.n
            """, planned: .anew, Column(others.map(\.place.conversation)), Column(others.map(\.home)),
            now.advanced(by: .zero - NodeRecord.patience)
        ) { row in
            home.end(
                ofWaitSince: others[row.int(0) - 1].place.since, forOneThatLives: row.bool(1),
                withFilesThereAlone: row.bool(2), at: now)
        }
        let left = zip(others, ends).filter { $1 != nil }
        if left.isEmpty { return found }
        let rows = left.map { $0.0.place.conversation }
        try db.send(
            """
            UPDATE queue q SET home = u.home, home_until = u.until FROM unnest($1, $2, $3) AS u (conv, home, until)
            WHERE q.conv = u.conv
            """, planned: .anew, Column(rows), Column(left.map { $0.0.home }), Column(left.map { $0.1 }))
        let gone = Set(rows)
        return found.filter { !gone.contains($0.place.conversation) }
    }

    /// Gives to anybody what was left to a process that has not taken it in its time.
    private func takeBackWhatWasLeft(until now: Timestamp, in db: borrowing Connection) throws {
        try db.send(
            """
            UPDATE queue SET home = NULL, home_until = NULL WHERE conv = ANY (ARRAY(
                SELECT conv FROM queue WHERE turn = 1 AND home IS NOT NULL AND home_until <= $1
                ORDER BY home_until LIMIT 200 FOR UPDATE SKIP LOCKED))
            """, now)
    }

    // MARK: Leasing

    /// Places with the first open job of each, as it is now that they are locked.
    private func readyJobs(at places: [ReadyPlace], _ db: borrowing Connection) throws -> [ReadyJob] {
        try db.all(
            """
            SELECT j.job, j.state, j.due_at, j.attempt, j.lease, j.crashes, j.epoch, j.cancel, j.held_up_since,
                j.member, c.peer, i.n, c.home
            FROM unnest($1) WITH ORDINALITY AS i (conv, n) JOIN conversations c ON c.conv = i.conv LEFT JOIN LATERAL (
                SELECT * FROM jobs WHERE conv = i.conv AND ended_at IS NULL ORDER BY conv, job LIMIT 1) AS j ON true
            ORDER BY i.n
            """, planned: .anew, Column(places.map(\.conversation))
        ) { row in
            ReadyJob(
                place: places[row.int(11) - 1], job: row.isNull(0) ? nil : OpenJob(row), peer: row.text(10),
                home: row.optionalText(12))
        }
    }

    private func lease(
        _ ready: ReadyJob, to owner: String, within rules: ClaimRules, at now: Timestamp, _ rows: PendingRows,
        in db: borrowing Connection
    ) throws -> LeasedJob? {
        var conversation = StoredConversation(
            row: ready.place.conversation, app: ready.place.app,
            machine: ConversationMachine(
                at: now, .none, place: .ready(since: ready.place.since), jobs: ready.job.map { [$0] } ?? []))
        let claim = conversation.machine.claim(for: owner, lasting: rules.lease, takesSuspect: rules.takesSuspect)
        try apply(&conversation, to: rows, db)
        guard case .leased(let job) = claim else { return nil }
        let endpoint = try appKey(ready.place.app, in: db)
        let key = endpoint.flatMap { endpoint in
            Peer(ready.peer).map { ConversationKey(endpoint: endpoint, peer: $0) }
        }
        return LeasedJob(job: job, key: key, conversation: ready.place.conversation)
    }

    /// Leased jobs with their messages. One that cannot be read fails, and its conversation goes on.
    private func claimed(_ leased: [LeasedJob], at now: Timestamp, in db: borrowing Connection) throws -> [ClaimedJob] {
        if leased.isEmpty { return [] }
        let rows = try db.all(
            "SELECT job, body, reply_address FROM messages WHERE job = ANY ($1) ORDER BY job, n", planned: .anew,
            Column(leased.map(\.job.id.number))
        ) { (job: $0.int64(0), message: AcceptedMessage(body: $0.text(1), replyAddress: $0.text(2))) }
        let messages = Dictionary(grouping: rows, by: \.job)
        return try leased.compactMap { leased in
            do {
                return try leased.claimed(with: (messages[leased.job.id.number] ?? []).map(\.message))
            } catch let unreadable as UnreadableRow {
                try fail(leased, unreadable, at: now, in: db)
                return nil
            }
        }
    }

    private func fail(
        _ leased: LeasedJob, _ unreadable: UnreadableRow, at now: Timestamp, in db: borrowing Connection
    ) throws {
        let job = leased.job
        report(unreadable, job.id.description)
        let failure = recovery.end(of: job.id, in: leased.key, for: unreadable)
        try db.send("SELECT 1 FROM outbox WHERE conv = $1 FOR UPDATE", leased.conversation)
        _ = try settle(Lease(job: job.id, number: job.lease), as: failure, at: now, in: db)
    }
}

/// A place that is ready, with its conversation's first open job.
private struct ReadyJob {
    let place: ReadyPlace
    let job: OpenJob?
    let peer: String
    /// The process on whose disk its agent has worked.
    let home: String?
}

/// A job that has just been leased.
private struct LeasedJob {
    let job: OpenJob
    let key: ConversationKey?
    let conversation: Int64

    func claimed(with messages: [AcceptedMessage?]) throws -> ClaimedJob {
        guard let key else { throw UnreadableRow(table: "conversations", id: "\(conversation)") }
        let readable = messages.compactMap(\.self)
        guard readable.count == messages.count else { throw UnreadableRow(table: "messages", id: job.id.description) }
        return ClaimedJob(
            lease: Lease(job: job.id, number: job.lease), conversation: key, epoch: job.epoch, member: job.member,
            attempt: job.attempt, crashes: job.crashes, heldUpSince: job.heldUpSince, messages: readable)
    }
}

extension WriterState {
    func appKey(_ app: Int64, in db: borrowing Connection) throws -> Endpoint? {
        if let key = endpoint(of: app) { return key }
        return try db.first("SELECT key FROM apps WHERE app = $1", app) { $0.text(0) }.flatMap(Endpoint.init)
    }
}
