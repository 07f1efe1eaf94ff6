import Router
import SQLite
import System
import WeCom

/// Mends what a start finds. This process is the file's sole owner, so every lease in it is a dead one's.
func start(
    _ db: borrowing Connection, serving apps: [Endpoint], owner: String, recovery: CrashRecovery, at now: Timestamp
) throws -> SQLiteStore.WriterState {
    if let source = try fillingSource(db) { throw StoreCopyRefusal.isFilled(from: source) }
    for app in apps { try db.run("INSERT INTO apps (key) VALUES (?1) ON CONFLICT DO NOTHING", app.description) }
    let node = NodeNumber.only
    try db.run("UPDATE leases SET until = 0")
    try node.take(for: owner, at: now, db)
    var state = try readState(db, node)
    try state.takeBackSendings(at: now, db)
    while true {
        let orphans = try Orphan.all(db)
        if orphans.isEmpty { return state }
        for orphan in orphans { try state.take(back: orphan, recovery, at: now, db) }
    }
}

private func readState(_ db: borrowing Connection, _ node: NodeNumber) throws -> SQLiteStore.WriterState {
    let largest = try db.first(
        """
        SELECT max(
            coalesce((SELECT max(job) FROM jobs), 0), coalesce((SELECT max(delivery) FROM deliveries), 0),
            coalesce((SELECT max(question) FROM questions), 0))
        """
    ) { $0.int64(0) }
    var state = SQLiteStore.WriterState(
        identifiers: IdentifierSource(node: node.number, notBefore: largest ?? 0), apps: [:], keys: [:])
    state.mayHaveQuestions =
        try db.first("SELECT 1 FROM questions INDEXED BY questions_open WHERE ended_at IS NULL LIMIT 1") { _ in true }
        ?? false
    state.mayHaveCalls = try db.first("SELECT 1 FROM call_totals LIMIT 1") { _ in true } ?? false
    let known = try db.all("SELECT app, key FROM apps") { ($0.int64(0), $0.text(1)) }
    for (app, key) in known {
        guard let key = Endpoint(key) else { continue }
        state.apps[key] = app
        state.keys[app] = key
    }
    return state
}

extension SQLiteStore.WriterState {
    /// Takes back what an earlier process was sending when it ended.
    fileprivate mutating func takeBackSendings(at now: Timestamp, _ db: borrowing Connection) throws {
        let taken = try db.all("SELECT conv FROM outbox INDEXED BY outbox_taken WHERE turn = 3") { $0.int64(0) }
        for row in taken { try takeBackSendings(of: row, reason: "the server had stopped", at: now, db) }
    }
}
