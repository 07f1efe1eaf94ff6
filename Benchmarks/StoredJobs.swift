import JSON
import Router
import SQLite
import SQLiteStore
import System
import WeCom

/// A store's file with the rows that a run leaves, written in bulk: a million jobs in less than a minute.
struct StoredJobs {
    static let conversations = 100_000

    let path: String

    /// Makes the file, with its conversations and no job.
    init(at path: String) throws {
        self.path = path
        let db = try Connection(to: path, .create)
        try hurry(db)
        try db.migrate(to: SQLiteStore.schema, at: path)
        try db.run(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            INSERT INTO conversations (conv, app, peer) SELECT i, 1, 'user:user' || i FROM n
            """, StoredJobs.conversations)
    }

    static func user(of conversation: Int) -> UserID { UserID("user\(conversation)") }

    static func app(of conversation: Int, among apps: Int) -> Int { conversation % apps }

    /// Gives each of `apps` its share of the conversations, whoever had them before.
    func spread(over apps: [Endpoint]) throws {
        let db = try Connection(to: path, .readWrite)
        try db.run("BEGIN")
        try db.run("DELETE FROM apps")
        for (number, app) in apps.enumerated() {
            try db.run("INSERT INTO apps (app, key) VALUES (?1, ?2)", number + 1, app.description)
        }
        try db.run("UPDATE conversations SET app = 1 + conv % ?1", apps.count)
        try db.run("COMMIT")
    }

    /// Adds jobs whose answers were delivered, of all conversations, one after another until a minute ago.
    func addDelivered(_ count: Int) throws {
        let db = try Connection(to: path, .readWrite)
        try hurry(db)
        try db.run("BEGIN")
        try draft(count, in: db)
        // Steps of a prime: conversations come in no order that the store would like.
        try db.run("UPDATE draft SET conv = 1 + i * 7919 % ?1", StoredJobs.conversations)
        try db.run(
            """
            INSERT INTO jobs (job, conv, state, attempt, lease, epoch, ended_at)
            SELECT job, conv, 'done', 1, 1, 0, at + 5 FROM draft
            """)
        try addMessages(in: db)
        try db.run(
            """
            INSERT INTO events (job, n, at, what)
            SELECT job, n, at + n, what FROM draft, (
                SELECT 1 AS n, 'running' AS what UNION ALL SELECT 2, 'done' UNION ALL SELECT 3, 'sent')
            """)
        try db.run(
            """
            INSERT INTO deliveries (delivery, conv, job, class, kind, state, attempt, tried_at, body, digest, checked,
                wecom_id, ended_at)
            SELECT job + 1, conv, job, 1, 'message', 'sent', 1, at + 2, ?1, randomblob(16), 1, hex(randomblob(16)), at + 3
            FROM draft
            """, Part(to: .user(StoredJobs.user(of: 1)), Traffic.text).json.text)
        try db.run(
            """
            INSERT INTO recent_sends (conv, at, delivery, digest)
            SELECT conv, ended_at, delivery, digest FROM deliveries WHERE ended_at > ?1
            """, Timestamp.steady.advanced(by: .zero - Delivery.duplicateWindow))
        try db.run("COMMIT")
    }

    /// Adds jobs that nobody has begun: one half in the first conversation, the others in one each.
    func addWaiting(_ count: Int) throws {
        let db = try Connection(to: path, .readWrite)
        try hurry(db)
        try db.run("BEGIN")
        try draft(count, in: db)
        try db.run("UPDATE draft SET conv = iif(i % 2, 1, 1 + i / 2)")
        try db.run("INSERT INTO jobs (job, conv, state, epoch) SELECT job, conv, 'ready', 0 FROM draft")
        try addMessages(in: db)
        try db.run("INSERT INTO queue (conv, app, turn, at) SELECT conv, 1, 1, min(at) FROM draft GROUP BY conv")
        try db.run("COMMIT")
    }

    /// The jobs that are to be: their numbers and times, 30 ms apart.
    private func draft(_ count: Int, in db: borrowing Connection) throws {
        let first = Timestamp.steady.advanced(by: .milliseconds(-60_000 - 30 * count))
        var numbers = IdentifierSource(node: 0, notBefore: 0)
        let number = numbers.next(at: first)
        let step = numbers.next(at: first.advanced(by: .milliseconds(30))) - number
        try db.execute("CREATE TEMP TABLE draft (i INTEGER PRIMARY KEY, job INTEGER, at INTEGER, conv INTEGER)")
        try db.run(
            """
            WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 - 1)
            INSERT INTO draft (i, job, at, conv) SELECT i, ?2 + i * ?3, ?4 + i * 30, 1 FROM n
            """, count, number, step, first)
    }

    private func addMessages(in db: borrowing Connection) throws {
        let message = AcceptedMessage(
            from: StoredJobs.user(of: 1), text: Traffic.text, messageID: "7654321098765432109", sentAt: .steady,
            replyAddress: .user(StoredJobs.user(of: 1)))
        try db.run(
            "INSERT INTO messages (job, n, body, reply_address) SELECT job, 1, ?1, ?2 FROM draft",
            message.json.text, message.replyAddress.json.text)
        try db.run(
            """
            INSERT INTO dedup (stamp, digest, effect, job, seen_at) SELECT (at << 20) + i, randomblob(16), 1, job, at FROM draft
            """)
    }

    /// Writes without a journal and without syncing: the file may be lost on the way.
    private func hurry(_ db: borrowing Connection) throws {
        try db.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000")
    }
}
