import PostgreSQL
import PostgresStore

extension Schema {
    /// The store's schema as a later program has it, which programs from `usableFrom` on can do with: the store's own unless told otherwise.
    /// Each table has two columns more, and there is another table.
    static func grown(usableFrom: Int? = nil) -> Schema {
        let known = PostgresStore.schema
        let steps = ["CREATE TABLE later (later bigint PRIMARY KEY)"] + tables.map(grow)
        let migrations = steps.enumerated().map { number, sql in
            Migration(
                version: known.version + 1 + number, usableFrom: usableFrom ?? known.usableFrom, sql: Array(sql.utf8))
        }
        return Schema(known.migrations + migrations, servedBy: known.programs)
    }

    private static func grow(_ table: String) -> String {
        """
        ALTER TABLE \(table) ADD COLUMN later text, ADD COLUMN latest bigint NOT NULL DEFAULT 7;
        CREATE INDEX ON \(table) (later) WHERE later IS NOT NULL;
        """
    }

    /// The tables of the store.
    static let tables = [
        "apps", "attachments", "blobs", "blob_pieces", "bots", "calls", "call_tokens", "call_totals", "commits",
        "conversations", "dedup", "deliveries", "events", "feedback", "jobs", "leases", "members", "member_jobs",
        "messages", "nodes", "notices", "outbox", "progress", "questions", "queue", "recent_sends", "refusals",
        "requests", "sessions", "streams", "tokens",
    ]

    /// Opens a database as a program does at its start that has this schema. Blocks.
    func open(at url: String) throws -> Database {
        var options = DatabaseOptions()
        options.channel = nil
        options.connections = [:]
        options.owner = "later"
        // A loaded machine is no reason for it to open later.
        (options.patience, options.startPatience) = (.seconds(60), .seconds(60))
        return try Database(at: Servers(url), schema: self, options: options)
    }
}
