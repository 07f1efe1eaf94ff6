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
        let keeper = try readFile("\(server.folder)/data/postmaster.pid", limit: 4096).prefix { $0 != 0x0A }
        var (sqlite, postgres): ([[CallCost]], [[CallCost]]) = ([], [])
        for round in 0..<rounds {
            let file = try await SQLiteStore(at: "\(directory.path)/\(round).db", serving: apps)
            sqlite.append(
                try await costs(of: StoreCalls(store: file, apps: apps), conversations))
            await file.close()
            let schema = try server.makeSchema()
            let store = try await PostgresStore(
                at: Servers(server.url(schema: schema)), serving: apps, owner: "benchmark")
            let calls = StoreCalls(store: store, apps: apps) {
                try processorTime(ofProcess: "self")
                    + processorTime(ofChildrenOf: String(decoding: keeper, as: UTF8.self))
            }
            postgres.append(try await costs(of: calls, conversations))
            await store.close()
        }
        for (name, rounds) in [("sqlite", sqlite), ("postgres", postgres)] {
            print(name, rounds.map { $0.map(\.time) })
            print("\(name)_processor", rounds.map { $0.map(\.processor) })
        }
        withExtendedLifetime(directory) {}
    }

    /// The costs of calls about messages to conversations that have spoken before.
    private static func costs(
        of calls: StoreCalls<some JobStore & DeliveryStore>, _ conversations: [Int]
    ) async throws -> [CallCost] {
        _ = try await calls.run(conversations)
        return try await calls.run(conversations)
    }

    /// One line: the name and the median of each call's rounds.
    static func print(_ name: String, _ rounds: [[Double]]) {
        let medians = rounds[0].indices.map { call in rounds.map { $0[call] }.sorted()[rounds.count / 2] }
        StandardOutput.write("\(name) \(medians.map { "\(($0 * 10).rounded() / 10)" }.joined(separator: " "))\n")
    }
}
