import PostgreSQL
import Router
import System
import WeCom

extension WriterState {
    /// Mends what a start finds of those that this process was before: their leases are a dead one's. Those of others are theirs.
    func start(_ db: borrowing Connection, serving apps: [Endpoint], at now: Timestamp) throws {
        switch try copy(db) {
        case .filledFrom(let source): throw StoreCopyRefusal.isFilled(from: source)
        case .read: throw StoreCopyRefusal.isRead
        case nil: break
        }
        for app in apps { try db.send("INSERT INTO apps (key) VALUES ($1) ON CONFLICT DO NOTHING", app.description) }
        let node = try NodeNumber.take(for: owner, formerly: former, at: now, db)
        let largest = try db.first(
            """
            SELECT greatest((SELECT max(job) FROM jobs), (SELECT max(delivery) FROM deliveries),
                (SELECT max(question) FROM questions), (SELECT max(refusal) FROM refusals))
            """
        ) { $0.int64(0) }
        let known = try db.all("SELECT app, key FROM apps ORDER BY app") { ($0.int64(0), $0.text(1)) }
        begin(
            as: node, behind: largest ?? 0,
            apps: known.compactMap { row, key in Endpoint(key).map { (row: row, endpoint: $0) } })
        let dead = former + [owner]
        try db.send("DELETE FROM nodes WHERE incarnation = ANY ($1)", Column(dead))
        // A number rests before it is another's.
        try db.send("UPDATE leases SET until = 0 WHERE owner = ANY ($1) AND name NOT LIKE 'node %'", Column(dead))
        try takeBackSendings(of: dead, at: now, db)
        while true {
            let orphans = try Orphan.all(of: dead, db)
            if orphans.isEmpty { return }
            for orphan in orphans { try take(back: orphan, at: now, db) }
        }
    }

    /// Takes back what an earlier process was sending when it ended.
    private func takeBackSendings(of dead: [String], at now: Timestamp, _ db: borrowing Connection) throws {
        let taken = try db.all(
            "SELECT conv FROM outbox WHERE turn = 3 AND owner = ANY ($1) ORDER BY conv FOR UPDATE SKIP LOCKED",
            Column(dead)
        ) { $0.int64(0) }
        for row in taken { try takeBackSendings(of: row, reason: "the server had stopped", at: now, db) }
    }
}
