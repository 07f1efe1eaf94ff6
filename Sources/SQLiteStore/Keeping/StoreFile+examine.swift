package import Router
import SQLite
import System

/// The result of looking through a store.
package struct StoreExamination: Sendable {
    /// The things that are wrong, a sentence each; none with a store that is as it should be.
    package internal(set) var problems: [String] = []
    package internal(set) var schema = 0
    /// The files that are still needed for what is to be sent.
    package internal(set) var blobs: [BlobID] = []
}

extension StoreFile {
    /// Reads the whole file and compares its tables with each other, all in one state: it may be in use meanwhile.
    package func examine() throws -> StoreExamination {
        let db = try open(.readOnly)
        try db.run("BEGIN")
        defer { _ = try? db.run("ROLLBACK") }
        var examination = StoreExamination()
        examination.schema = try db.first("PRAGMA user_version") { $0.int(0) } ?? 0
        examination.problems = try db.damages().map { "the file is damaged: \($0)" }
        guard examination.problems.isEmpty else { return examination }
        // Tables of before are brought up to date by a start.
        guard examination.schema == SQLiteStore.schema.version else { return examination }
        for promise in StorePromise.all {
            let count = try promise.breaches(db)
            if count > 0 { examination.problems.append("\(count) × \(promise.breach)") }
        }
        examination.blobs = try neededBlobs(db)
        return examination
    }

    /// Those of deliveries that are open or may be retried, and of pictures below answers.
    private func neededBlobs(_ db: borrowing Connection) throws -> [BlobID] {
        let found = try db.all(
            """
            SELECT DISTINCT t.value FROM deliveries d, json_tree(d.body) t
            WHERE d.state <> 'sent' AND d.state <> 'dropped' AND instr(d.body, '"blob"') > 0 AND t.key = 'blob'
            """
        ) { $0.text(0) }
        return found.compactMap { BlobID($0) }
    }
}

/// Something that holds between the tables of a store whenever nobody is writing.
private struct StorePromise {
    /// The words for what breaks it.
    let breach: String
    let breaches: (borrowing Connection) throws -> Int

    private init(_ breach: String, _ sql: StaticString) {
        self.breach = breach
        breaches = { db in try db.first(sql) { $0.int(0) } ?? 0 }
    }

    static var all: [StorePromise] {
        [
            StorePromise(
                "a conversation of no app",
                "SELECT count(*) FROM conversations WHERE app NOT IN (SELECT app FROM apps)"),
            StorePromise(
                "a job of no conversation",
                "SELECT count(*) FROM jobs WHERE conv NOT IN (SELECT conv FROM conversations)"),
            StorePromise(
                "an open job without a message",
                """
                SELECT count(*) FROM jobs j
                WHERE j.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.job = j.job)
                """),
            StorePromise(
                "a message of no job", "SELECT count(*) FROM messages WHERE job NOT IN (SELECT job FROM jobs)"),
            StorePromise(
                "a conversation with open jobs that nothing takes up",
                """
                SELECT count(DISTINCT conv) FROM jobs WHERE ended_at IS NULL AND conv NOT IN (SELECT conv FROM queue)
                """),
            StorePromise(
                "a place in the queue for a conversation without open jobs",
                "SELECT count(*) FROM queue WHERE conv NOT IN (SELECT conv FROM jobs WHERE ended_at IS NULL)"),
            StorePromise(
                "a conversation in which several jobs run",
                """
                SELECT count(*) FROM (SELECT conv FROM jobs WHERE state = 'running' GROUP BY conv HAVING count(*) > 1)
                """),
            StorePromise(
                "a place in the queue that is taken by no running job, or the other way round",
                """
                SELECT count(*) FROM queue q WHERE (q.turn = 3) <> EXISTS (
                    SELECT 1 FROM jobs j WHERE j.conv = q.conv AND j.state = 'running')
                """),
            StorePromise(
                "a delivery of no conversation",
                "SELECT count(*) FROM deliveries WHERE conv NOT IN (SELECT conv FROM conversations)"),
            StorePromise(
                "a conversation with open deliveries that nothing sends",
                """
                SELECT count(DISTINCT conv) FROM deliveries WHERE ended_at IS NULL AND conv NOT IN (SELECT conv FROM outbox)
                """),
            StorePromise(
                "an open question of a job that is over",
                """
                SELECT count(*) FROM questions q
                WHERE q.ended_at IS NULL AND NOT EXISTS (
                    SELECT 1 FROM jobs j WHERE j.job = q.job AND j.ended_at IS NULL)
                """),
        ]
    }
}
