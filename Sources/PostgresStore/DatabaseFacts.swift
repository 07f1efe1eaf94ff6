package import PostgreSQL
package import Router
import System

/// The facts of a database, for those who warn of what is not as it should be.
package struct DatabaseFacts: Sendable {
    /// As PostgreSQL has it: 150004 is 15.4.
    package var version = 150_000
    package var synchronousStandbys = "s1"
    package var synchronousCommit = "on"
    package var syncs = true
    package var writesFullPages = true
    /// The most connections that others than administrators may have.
    package var mostConnections = 1000
    /// Schemas besides ours with tables in them.
    package var otherSchemas: [String] = []
    /// The process of the server that has kept one state of the database for longest, if that is long.
    package var oldestSnapshot: Snapshot?
    package var isPooled = false
    /// The lead of our own clock over the server's.
    package var clockLead = Duration.zero
    /// The processes of ours that live.
    package var nodes: [NodeRecord] = []

    package struct Snapshot: Sendable, Equatable {
        package let process: Int
        package let age: Duration

        package init(of process: Int, age: Duration) {
            self.process = process
            self.age = age
        }
    }

    /// A state of the database that is kept for longer is worth a word.
    private static let longSnapshot = Duration.seconds(60)

    package init() {}

    package init(_ db: borrowing Connection, at servers: Servers, clockLead: Duration) throws {
        try readSettings(db)
        otherSchemas = try db.all(
            """
            SELECT n.nspname::text FROM pg_namespace n
            WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', current_schema())
                AND EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p'))
            ORDER BY 1 LIMIT 3
            """
        ) { $0.text(0) }
        oldestSnapshot = try db.first(
            """
            SELECT pid, (extract(epoch FROM clock_timestamp() - xact_start) * 1000)::bigint FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND backend_xmin IS NOT NULL
                AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - $1 * interval '1 millisecond'
            ORDER BY xact_start LIMIT 1
            """, Self.longSnapshot.inMilliseconds
        ) { Snapshot(of: $0.int(0), age: .milliseconds($0.int64(1))) }
        isPooled = servers.isPooled
        self.clockLead = clockLead
        guard try db.version() != nil else { return }
        let now = try db.first("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint") { $0.timestamp(0) }
        nodes = try NodeRecord.all(db) { $0 }.filter { node in now.map { node.isAlive(at: $0) } ?? false }
    }

    private mutating func readSettings(_ db: borrowing Connection) throws {
        _ = try db.first(
            """
            SELECT current_setting('server_version_num')::bigint, current_setting('synchronous_standby_names'),
                current_setting('synchronous_commit'), current_setting('fsync') = 'on',
                current_setting('full_page_writes') = 'on', current_setting('max_connections')::bigint
                    - current_setting('superuser_reserved_connections')::bigint
            """
        ) { row in
            version = row.int(0)
            synchronousStandbys = row.text(1)
            synchronousCommit = row.text(2)
            syncs = row.bool(3)
            writesFullPages = row.bool(4)
            mostConnections = row.int(5)
        }
    }
}
