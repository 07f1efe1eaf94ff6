import JSON
import PostgreSQL
package import Router
package import System
import WeCom

extension PostgresStore {
    package func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance {
        let now = time(now)
        // Numbered here and once: a body that runs again says the same.
        let item = Incoming(
            submission, MessageColumns(of: submission), as: JobID(state.nextNumber(at: now)), at: now)
        let taken = try await health.watching(submission) {
            try await database.write(item, with: acceptance, for: .accepting)
        }
        for hint in taken.effect.hints { give(hint) }
        if submission.interrupts { give(.turns) }
        return taken
    }
}

/// A message on its way into the store, with what is known of it before.
struct Incoming: Sendable {
    let submission: Submission
    let columns: MessageColumns?
    let job: JobID
    let now: Timestamp

    init(_ submission: Submission, _ columns: MessageColumns?, as job: JobID, at now: Timestamp) {
        self.submission = submission
        self.columns = columns
        self.job = job
        self.now = now
    }

    var key: DedupKey { submission.key }
}

extension WriterState {
    /// Takes messages in, as many as have gathered: their keys, conversations and places at once, then each by itself in the order in
    /// which they came.
    func accept(_ items: [Incoming], in db: borrowing Connection) throws -> [Acceptance] {
        let new = try claimKeys(of: items, db)
        var conversations = try conversations(of: new.map { items[$0] }, db)
        var effects: [Int: Effect] = [:]
        let rows = PendingRows()
        for index in new {
            let item = items[index]
            guard let row = conversations.rows[item.submission.conversation] else {
                throw PostgresError(.again, message: "a conversation has appeared")
            }
            if let loaded = conversations.loaded.removeValue(forKey: row) {
                effects[index] = try take(item, in: loaded, rows, db)
            } else {
                // Another message of the same conversation has changed it.
                try rows.write(db)
                let again = BusyConversation(try conversation(row, at: item.now, db), try OpenWork(of: row, db))
                effects[index] = try take(item, in: again, rows, db)
            }
        }
        try rows.write(db)
        let repeats = try firstEffects(of: items.indices.filter { effects[$0] == nil }.map { items[$0].key }, db)
        return try items.enumerated().map { index, item in
            if let effect = effects[index] { return Acceptance(effect) }
            guard let effect = repeats[item.key] else { throw UnreadableRow(table: "dedup", id: "\(item.key.stamp)") }
            return Acceptance(effect, isRepeat: true)
        }
    }

    private func take(
        _ item: Incoming, in known: BusyConversation, _ rows: PendingRows, _ db: borrowing Connection
    ) throws -> Effect {
        var conversation = known
        // Behind the jobs that are open, whichever process numbered those.
        let job =
            item.job.number > conversation.work.last
            ? item.job : JobID(nextNumber(behind: conversation.work.last, at: item.now))
        if let member = item.submission.member { try conversation.stored.learnOwnSessions(of: member, db) }
        let effect = try effect(of: item.submission, as: job, in: &conversation, db)
        try apply(&conversation.stored, bringing: item.columns, to: rows, db)
        if effect != .job(item.job) { try setEffect(effect, of: item.key, in: db) }
        if let stream = item.submission.stream {
            try open(stream, in: conversation.stored, for: effect, at: item.now, db)
        }
        if case .notice(let kind) = effect, kind.refusal != nil {
            try keepRefusal(as: job, in: conversation.stored.row, kind, db)
        }
        return effect
    }

    private func effect(
        of submission: Submission, as job: JobID, in conversation: inout BusyConversation, _ db: borrowing Connection
    ) throws -> Effect {
        switch submission.request {
        case .job(let request):
            return try take(request, as: job, in: &conversation, db)
        case .command(let request):
            if let otherwise = request.otherwise, try !hasCause(for: request, in: conversation.stored, db) {
                return try take(otherwise, as: job, in: &conversation, db)
            }
            if let first = request.then {
                try carryOutSilently(request, in: &conversation.stored, db)
                return try take(first, as: job, in: &conversation, db)
            }
            try carryOut(request, in: &conversation.stored, db)
            return .command(request.command.name)
        case .click(let click):
            conversation.stored.machine.learn(
                questions: try KnownQuestion.read(click.question, in: conversation.stored.row, db).map { [$0] } ?? [])
            return decide(&conversation.stored) { $0.click(click) }
        case .notice(let notice):
            try conversation.stored.learnHeard(notice.kind, db)
            return decide(&conversation.stored) { $0.notice(notice) }
        }
    }

    /// Takes in a message that is to be answered, unless it may answer a question itself, and does.
    private func take(
        _ request: JobRequest, as job: JobID, in busy: inout BusyConversation, _ db: borrowing Connection
    ) throws -> Effect {
        if request.mayAnswer, busy.work.hasQuestions {
            busy.stored.machine.learn(questions: try KnownQuestion.open(in: busy.stored.row, db))
            if let answer = decide(&busy.stored, { $0.answer(request) }) { return answer }
        }
        let now = busy.stored.machine.now
        let isTooFast = request.messagesPerMinute.map { !admits(busy.stored.row, at: now, perMinute: $0) } ?? false
        if request.joinsOthers || request.whileBusy == .interrupt {
            try busy.stored.learn(for: request, db)
        } else {
            busy.stored.machine.learn(jobs: [], unseen: busy.work.jobs)
        }
        if busy.stored.machine.refuses(request, isTooFast: isTooFast) {
            try busy.stored.learnHeard(request.refusal.kind, db)
        }
        return decide(&busy.stored) { $0.accept(request, as: job, isTooFast: isTooFast) }
    }
}

// MARK: Keys

extension WriterState {
    /// Claims the keys of those items that nobody has claimed; the places of these. Waits for whoever is about to claim the same.
    private func claimKeys(of items: [Incoming], _ db: borrowing Connection) throws -> [Int] {
        var firsts: [DedupKey: Int] = [:]
        for (index, item) in items.enumerated() where firsts[item.key] == nil { firsts[item.key] = index }
        let claimed = firsts.values.sorted().map { items[$0] }
        let rows = try db.all(
            """
            INSERT INTO dedup (stamp, digest, effect, job, seen_at)
            SELECT stamp, digest, $5, job, seen_at FROM unnest($1, $2, $3, $4) AS u (stamp, digest, job, seen_at)
            ORDER BY stamp, digest ON CONFLICT DO NOTHING RETURNING stamp, digest
            """, planned: .anew, Column(claimed.map(\.key.stamp)), Column(claimed.map(\.key.digest)),
            Column(claimed.map(\.job.number)), Column(claimed.map(\.now)), Effect.job(JobID(0)).code
        ) { DedupKey(stamp: $0.int64(0), digest: $0.bytes(1)) }
        return rows.compactMap { firsts[$0] }.sorted()
    }

    private func setEffect(_ effect: Effect, of key: DedupKey, in db: borrowing Connection) throws {
        try db.send(
            "UPDATE dedup SET effect = $3, job = $4 WHERE stamp = $1 AND digest = $2", key.stamp, key.digest,
            effect.code, effect.number)
    }

    private func firstEffects(of keys: [DedupKey], _ db: borrowing Connection) throws -> [DedupKey: Effect] {
        if keys.isEmpty { return [:] }
        let rows = try db.all(
            """
            SELECT d.stamp, d.digest, d.effect, d.job
            FROM unnest($1, $2) AS u (stamp, digest) JOIN dedup d ON d.stamp = u.stamp AND d.digest = u.digest
            """, planned: .anew, Column(keys.map(\.stamp)), Column(keys.map(\.digest))
        ) { row in
            (
                DedupKey(stamp: row.int64(0), digest: row.bytes(1)),
                Effect(code: row.int64(2), number: row.optionalInt64(3))
            )
        }
        return rows.reduce(into: [:]) { effects, row in effects[row.0] = row.1 }
    }
}

// MARK: Conversations

/// A conversation to which a message has come, with what accepting looks at besides.
private struct BusyConversation {
    var stored: StoredConversation
    let work: OpenWork

    init(_ stored: StoredConversation, _ work: OpenWork) {
        self.stored = stored
        self.work = work
    }
}

/// The open jobs and questions of a conversation, as far as accepting looks at them.
private struct OpenWork {
    /// The highest number of a job that is open.
    let last: Int64
    /// Counts the open jobs, up to one more than may wait behind one that runs.
    let jobs: Int
    let hasQuestions: Bool

    /// Reads three columns.
    init(_ row: borrowing Row, from column: Int = 0) {
        last = row.int64(column)
        jobs = row.int(column + 1)
        hasQuestions = row.bool(column + 2)
    }

    init(of conversation: Int64, _ db: borrowing Connection) throws {
        let found = try db.first(
            """
            SELECT coalesce(max(job), 0), count(*), EXISTS (SELECT 1 FROM questions WHERE conv = $1 AND ended_at IS NULL)
            FROM (SELECT job FROM jobs WHERE conv = $1 AND ended_at IS NULL ORDER BY conv DESC, job DESC LIMIT $2) AS open
            """, conversation, Submission.maxWaiting + 2
        ) { OpenWork($0) }
        guard let found else { throw UnreadableRow(table: "conversations", id: "\(conversation)") }
        self = found
    }
}

private struct BusyConversations {
    var rows: [ConversationKey: Int64] = [:]
    var loaded: [Int64: BusyConversation] = [:]
}

extension WriterState {
    /// The conversations of messages, locked and loaded; new ones are made.
    private func conversations(of items: [Incoming], _ db: borrowing Connection) throws -> BusyConversations {
        var all = BusyConversations()
        if items.isEmpty { return all }
        var times: [ConversationKey: Timestamp] = [:]
        for item in items where times[item.submission.conversation] == nil {
            times[item.submission.conversation] = item.now
        }
        let keys = Array(times.keys)
        let apps = try keys.map { try row(of: $0.endpoint, in: db) }
        let found = try rows(of: keys, of: apps, db)
        for (key, row) in zip(keys, found) { all.rows[key] = row }
        try lock(keys.indices.map { (row: found[$0], app: apps[$0], at: times[keys[$0]] ?? items[0].now) }, db)
        let rows = try db.all(
            """
            SELECT CASE WHEN j.count > 0 THEN q.turn ELSE 0 END, q.at, o.turn, o.at, c.epoch, c.last_job, c.peer LIKE 'chat:%',
                c.conv, c.app, coalesce(j.last, 0), j.count,
                EXISTS (SELECT 1 FROM questions u WHERE u.conv = c.conv AND u.ended_at IS NULL), i.n,
                CASE WHEN o.conv IS NOT NULL
                    THEN (SELECT max(delivery) FROM deliveries d WHERE d.conv = c.conv AND d.ended_at IS NULL) END
            FROM unnest($1, $3, $4) WITH ORDINALITY AS i (conv, app, peer, n)
                JOIN conversations c ON c.conv = i.conv AND c.app = i.app AND c.peer = i.peer
                JOIN queue q ON q.conv = i.conv LEFT JOIN outbox o ON o.conv = i.conv
                CROSS JOIN LATERAL (
                    SELECT max(job) AS last, count(*) AS count FROM (
                        SELECT job FROM jobs WHERE conv = i.conv AND ended_at IS NULL
                        ORDER BY conv DESC, job DESC LIMIT $2) AS open) AS j
            """, planned: .anew, Column(found), Submission.maxWaiting + 2, Column(apps),
            Column(keys.map(\.peer.description))
        ) { row in
            let now = times[keys[row.int(12) - 1]] ?? items[0].now
            let isOnlyLocked = row.int(0) == 0
            let stored = StoredConversation(
                row: row.int64(7), app: row.int64(8), machine: ConversationMachine(row, at: now),
                isOnlyLocked: isOnlyLocked, supposed: isOnlyLocked ? .ready(since: row.timestamp(1)) : nil,
                newest: row.optionalInt64(13) ?? 0)
            return BusyConversation(stored, OpenWork(row, from: 9))
        }
        // The database has gone back in time, and the number is nobody's, or somebody else's.
        guard rows.count == keys.count else {
            forget(keys)
            throw PostgresError(.again, message: "a conversation has another number")
        }
        for row in rows { all.loaded[row.stored.row] = row }
        return all
    }

    /// The row numbers of conversations with these apps, in their order; those that are new are made.
    private func rows(
        of keys: [ConversationKey], of apps: [Int64], _ db: borrowing Connection
    ) throws -> [Int64] {
        let known = conversations(keys)
        let unknown = keys.indices.filter { known[$0] == nil }
        if unknown.isEmpty { return known.compactMap(\.self) }
        let (found, areOld) = try rows(of: unknown.map { (apps[$0], keys[$0].peer.description) }, db)
        var rows = known
        for (index, row) in zip(unknown, found) { rows[index] = row }
        if areOld { remember(unknown.map { keys[$0] }, as: found) }
        return rows.compactMap(\.self)
    }

    /// The same as the database has them; `areOld` where none had to be made.
    private func rows(
        of keys: [(app: Int64, peer: String)], _ db: borrowing Connection
    ) throws -> (found: [Int64], areOld: Bool) {
        let (apps, peers) = (Column(keys.map(\.app)), Column(keys.map(\.peer)))
        let find: StaticString = """
            SELECT c.conv, u.n FROM unnest($1, $2) WITH ORDINALITY AS u (app, peer, n)
            JOIN conversations c ON c.app = u.app AND c.peer = u.peer
            """
        var found = try db.all(find, planned: .anew, apps, peers) { (row: $0.int64(0), place: $0.int(1)) }
        let areOld = found.count == keys.count
        if !areOld {
            try db.send(
                """
                INSERT INTO conversations (app, peer) SELECT u.app, u.peer FROM unnest($1, $2) AS u (app, peer)
                WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.app = u.app AND c.peer = u.peer)
                ORDER BY u.app, u.peer ON CONFLICT DO NOTHING
                """, planned: .anew, apps, peers)
            found = try db.all(find, planned: .anew, apps, peers) { (row: $0.int64(0), place: $0.int(1)) }
        }
        guard found.count == keys.count else { throw PostgresError(.again, message: "a conversation has appeared") }
        return (found.sorted { $0.place < $1.place }.map(\.row), areOld)
    }
}
