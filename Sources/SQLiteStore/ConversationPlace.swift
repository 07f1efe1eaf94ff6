import Router
import SQLite
import System

/// Where a conversation stands in the store: its row, its app's, and which of its sessions is current.
struct ConversationPlace {
    let conversation: Int64
    let app: Int64
    let epoch: Int64
}

extension SQLiteStore.WriterState {
    /// The place of a conversation, which is made if it is new.
    func place(of key: ConversationKey, in db: borrowing Connection) throws -> ConversationPlace {
        let app = try row(of: key.app, in: db)
        let peer = key.peer.description
        let found = try db.first("SELECT conv, epoch FROM conversations WHERE app = ?1 AND peer = ?2", app, peer) {
            ConversationPlace(conversation: $0.int64(0), app: app, epoch: $0.int64(1))
        }
        if let found { return found }
        try db.run("INSERT INTO conversations (app, peer) VALUES (?1, ?2)", app, peer)
        return ConversationPlace(conversation: db.lastRowID, app: app, epoch: 0)
    }

    private func row(of key: AppKey, in db: borrowing Connection) throws -> Int64 {
        if let app = apps[key] { return app }
        try db.run("INSERT INTO apps (key) VALUES (?1) ON CONFLICT DO NOTHING", key.description)
        let app = try db.first("SELECT app FROM apps WHERE key = ?1", key.description) { $0.int64(0) }
        guard let app else { preconditionFailure("an app that was just inserted is not there") }
        return app
    }

    /// Says a word of our own, unless the conversation heard one of its kind lately.
    mutating func say(
        _ notice: Notice, in place: ConversationPlace, at now: Timestamp, _ db: borrowing Connection
    ) throws {
        guard let part = notice.part else { return }
        let isDue = try db.run(
            """
            INSERT INTO notices (conv, kind, at) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET at = ?3 WHERE at <= ?4
            """, place.conversation, notice.kind.rawValue, now, now.advanced(by: .zero - notice.atMostOncePer))
        guard isDue == 1 else { return }
        try enqueue(part, .control, job: nil, place.conversation, place.app, at: now, in: db)
    }
}
