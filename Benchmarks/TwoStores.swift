import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import RouterServer
import SQLiteStore
import System

/// The calls of both stores side by side: SQLite at `FULL`, and a PostgreSQL of our own at a socket, which writes through at each commit.
enum TwoStores {
    private static let rounds = 5

    /// As it is after its installation, but for the settings by which tests' servers are quicker.
    static let settings = [
        "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "wal_level": "replica",
        "shared_buffers": "256MB", "max_wal_size": "2GB", "autovacuum_naptime": "1min", "deadlock_timeout": "1s",
    ]

    static func run(_ arguments: inout Arguments) async throws {
        let conversations = Array(0..<(try arguments.count()))
        let apps = Estate(apps: 1).apps.map { Endpoint.app(AppKey(corpID: $0.corpID, agentID: $0.agentID)) }
        let directory = try TemporaryDirectory(prefix: "wecom-router-bench-")
        let server = try PostgresServer(settings: settings)
        var (sqlite, postgres): ([[Double]], [[Double]]) = ([], [])
        for round in 0..<rounds {
            let file = try await SQLiteStore(at: "\(directory.path)/\(round).db", serving: apps)
            sqlite.append(try await costs(of: file, conversations, apps))
            await file.close()
            let schema = try server.makeSchema()
            let store = try await PostgresStore(
                at: Servers(server.url(schema: schema)), serving: apps, owner: "benchmark")
            postgres.append(try await costs(of: store, conversations, apps))
            await store.close()
        }
        print("sqlite", sqlite)
        print("postgres", postgres)
        withExtendedLifetime(directory) {}
    }

    /// Microseconds for each call, of messages to conversations that have spoken before.
    private static func costs(
        of store: some JobStore & DeliveryStore, _ conversations: [Int], _ apps: [Endpoint]
    ) async throws -> [Double] {
        let calls = StoreCalls(store: store, apps: apps)
        _ = try await calls.run(conversations)
        return try await calls.run(conversations)
    }

    /// One line: the name and the median of each call's rounds.
    static func print(_ name: String, _ rounds: [[Double]]) {
        let medians = rounds[0].indices.map { call in rounds.map { $0[call] }.sorted()[rounds.count / 2] }
        StandardOutput.write("\(name) \(medians.map { "\(($0 * 10).rounded() / 10)" }.joined(separator: " "))\n")
    }
}
