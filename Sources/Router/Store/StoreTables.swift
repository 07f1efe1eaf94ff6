package import System

/// The rows of a store as they lie, to carry them to another engine. Nobody serves the store meanwhile.
///
/// A store into which rows are carried has a mark, by which no process takes it for a whole one: from `beginCopy` to `endCopy`.
package protocol StoreTables: Sendable {
    /// The rows behind a key, in the order of the keys; from the first on where there is none.
    func rows(of table: TableShape, behind key: [ColumnValue]?, atMost limit: Int) async throws -> [[ColumnValue]]

    /// The last row by its key.
    func lastRow(of table: TableShape) async throws -> [ColumnValue]?

    func add(_ rows: [[ColumnValue]], to table: TableShape) async throws

    /// Keeps others from serving the store while it is read. To be called again every now and then.
    func holdForReading() async throws

    func letGo() async throws

    /// Marks the store as one that is being filled from `source`. Throws where it holds anything that did not come from there.
    func beginCopy(from source: String) async throws

    /// Takes the mark away, once all is there.
    func endCopy() async throws

    func close() async
}

/// The reason why a store is not copied, or not served because it is being copied.
package enum StoreCopyRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case isServed(by: String)
    case isNotEmpty(String)
    case isFilled(from: String)
    case isRead
    /// The rows of a table are not those of the source.
    case differs(table: String)

    package var description: String {
        switch self {
        case .isServed(let node):
            "\(node) serves the store: stop it first (one that died counts as there for 20 seconds)"
        case .isNotEmpty(let table):
            "the store that is to be filled has rows of its own (in \(table)): name an empty one"
        case .isFilled(let source):
            "a copy from \(source) into this store has not ended: run wecom-router store copy again, or name another store"
        case .isRead:
            "the store is being copied elsewhere: wait until that has ended (a copy that was killed, two minutes)"
        case .differs(let table): "the copy of \(table) is not what it was made from: begin anew with an empty store"
        }
    }
}

/// The lease under which a store is copied.
package enum CopyLease {
    package static let name = "copy"
    /// The time for which a store is held that is read; one that is filled is held without end.
    package static let length = Duration.seconds(120)
}

extension TableShape {
    /// All tables whose rows are a store's whole memory, in either engine: those they are about first. What processes hold
    /// (leases, nodes, tokens) is theirs.
    package static let ofStore: [TableShape] = [
        TableShape("apps", keys: 1, .integer("app"), .text("key")),
        TableShape(
            "conversations", keys: 1, .integer("conv"), .integer("app"), .text("peer"), .integer("epoch"),
            .text("home"),
            .integer("last_job")),
        TableShape("notices", keys: 2, .integer("conv"), .integer("kind"), .integer("at")),
        TableShape("queue", keys: 1, .integer("conv"), .integer("app"), .integer("turn"), .integer("at")),
        TableShape(
            "outbox", keys: 1, .integer("conv"), .integer("app"), .integer("turn"), .integer("at"), .text("owner"),
            .integer("lease_until")),
        TableShape(
            "dedup", keys: 2, .integer("stamp"), .bytes("digest"), .integer("effect"), .integer("job"),
            .integer("seen_at")),
        TableShape(
            "jobs", keys: 1, .integer("job"), .integer("conv"), .text("state"), .integer("attempt"), .integer("lease"),
            .text("owner"), .integer("lease_until"), .integer("due_at"), .text("cancel"), .integer("epoch"),
            .integer("crashes"), .integer("replay_of"), .integer("ended_at"), .text("reason"),
            .integer("held_up_since"), .text("agent"), .text("member")),
        TableShape("messages", keys: 2, .integer("job"), .integer("n"), .text("body"), .text("reply_address")),
        TableShape(
            "events", keys: 2, .integer("job"), .integer("n"), .integer("at"), .text("what"), .text("why"), .text("who")
        ),
        TableShape(
            "deliveries", keys: 1, .integer("delivery"), .integer("conv"), .integer("job"), .integer("class"),
            .text("kind"), .text("state"), .integer("attempt"), .integer("tried_at"), .integer("due_at"), .text("body"),
            .bytes("digest"), .boolean("checked"), .text("media_id"), .integer("media_at"), .text("wecom_id"),
            .text("response_code"), .integer("replay_of"), .integer("ended_at"), .text("reason"), .boolean("kept"),
            .text("media_kind")),
        TableShape(
            "recent_sends", keys: 3, .integer("conv"), .integer("at"), .integer("delivery"), .bytes("digest")),
        TableShape("requests", keys: 1, .bytes("key"), .bytes("body"), .integer("delivery"), .integer("at")),
        TableShape(
            "sessions", keys: 1, .integer("session"), .integer("conv"), .text("agent"), .integer("epoch"),
            .integer("job"), .integer("turns"), .integer("started_at"), .integer("used_at"), .text("state"),
            .text("member")),
        TableShape("members", keys: 2, .integer("conv"), .text("member"), .integer("epoch")),
        TableShape("member_jobs", keys: 2, .integer("conv"), .text("member"), .integer("job")),
        TableShape(
            "questions", keys: 1, .integer("question"), .integer("conv"), .integer("job"), .integer("lease"),
            .text("key"), .text("body"), .text("reply_address"), .integer("delivery"), .text("style"), .text("state"),
            .text("answer"), .text("answered_by"), .integer("asked_at"), .integer("ended_at")),
        TableShape("call_tokens", keys: 2, .integer("job"), .bytes("digest"), .integer("scope")),
        TableShape("calls", keys: 1, .integer("arrival"), .integer("job"), .integer("seq"), .text("body")),
        TableShape("call_totals", keys: 1, .integer("job"), .integer("count"), .integer("bytes")),
        TableShape("refusals", keys: 1, .integer("slot"), .integer("refusal"), .integer("conv"), .integer("why")),
        TableShape(
            "streams", keys: 1, .text("id"), .integer("conv"), .integer("job"), .integer("opened_at"), .text("said"),
            .text("text"), .integer("response_used"), .text("pictures"), .text("card"), .boolean("card_shown"),
            .integer("untaken")),
        TableShape(
            "feedback", keys: 2, .integer("job"), .text("user"), .integer("at"), .integer("verdict"), .text("reasons"),
            .text("comment")),
        TableShape(
            "bots", keys: 1, .text("bot"), .integer("disconnected_at"), .integer("last_connected_at"),
            .integer("last_disconnected_at"), .integer("last_callback_at"), .integer("last_heartbeat_at"),
            .text("last_error"), .integer("last_error_at"), .integer("reconnects")),
    ]
}
