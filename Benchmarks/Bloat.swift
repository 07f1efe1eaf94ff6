import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import RouterServer
import System

/// Plays a day of messages in fast motion over PostgreSQL, where what has ended is pruned after a few hours, and looks now and then how large
/// tables and their indexes are beside the rows that live: with autovacuum as the migration sets it, and with vacuum never run.
enum Bloat {
    /// The messages that come at once.
    private static let together = 500
    /// The number of looks at the tables.
    private static let looks = 12
    private static let conversations = 10_000
    private static let day = Duration.seconds(86_400)
    /// What has ended is kept for a quarter of the day: from then on as much goes as comes.
    private static let kept = Duration.seconds(21_600)

    /// A second stands for many minutes of that day: autovacuum comes by less often than it would.
    private static let kinds = [
        ("autovacuum", ["autovacuum_naptime": "1s"]),
        ("never", ["autovacuum": "off"]),
    ]

    static func run(_ arguments: inout Arguments) async throws {
        let rounds = max(looks, try arguments.count() / together)
        for (name, settings) in kinds {
            let server = try PostgresServer(settings: TwoStores.settings.merging(settings) { $1 })
            let day = try await Day(over: server, rounds: rounds)
            for round in 1...rounds {
                let costs = try await day.play(round)
                guard round * looks / rounds > (round - 1) * looks / rounds else { continue }
                let moment = "\(name) \(round * 24 / rounds)h \(round * together)"
                TwoStores.print("\(moment) calls", [costs.map(\.time)])
                for table in try day.tables() { StandardOutput.write("\(moment) \(table)\n") }
            }
            await day.store.close()
            server.stop()
        }
    }

    /// The day, which ends now.
    private struct Day {
        let store: PostgresStore
        private let server: PostgresServer
        private let schema: String
        private let calls: StoreCalls<PostgresStore>
        private let time: Lock<Timestamp>
        private let began = Timestamp.steady.advanced(by: .zero - Bloat.day)
        private let pause: Duration

        init(over server: PostgresServer, rounds: Int) async throws {
            self.server = server
            schema = try server.makeSchema()
            pause = Bloat.day / rounds
            let apps = Estate(apps: 1).apps.map { Endpoint.app(AppKey(corpID: $0.corpID, agentID: $0.agentID)) }
            store = try await PostgresStore(
                at: Servers(server.url(schema: schema)), serving: apps, owner: "benchmark", clock: .callers)
            let time = Lock(began)
            self.time = time
            calls = StoreCalls(store: store, apps: apps, now: { time.withLock { $0 } })
        }

        /// Takes the messages of one round from callback to delivery, and prunes what is old by then. What the calls cost.
        func play(_ round: Int) async throws -> [CallCost] {
            let now = began.advanced(by: pause * round)
            time.withLock { $0 = now }
            let first = round * Bloat.together
            let costs = try await calls.run((first..<first + Bloat.together).map { $0 * 7919 % Bloat.conversations })
            try await prune(at: now)
            return costs
        }

        private func prune(at now: Timestamp) async throws {
            let moment = now.advanced(by: .zero - Bloat.kept)
            let retention = JobRetention(endedBefore: moment)
            try await throughAll { try await store.pruneJobs(retention, behind: $0, at: now) }
            try await throughAll { try await store.pruneKeys(seenBefore: moment, behind: $0) }
            let sends = now.advanced(by: .zero - Delivery.duplicateWindow)
            try await throughAll { try await store.pruneSends(before: sends, behind: $0) }
        }

        private func throughAll<Mark: Sendable>(_ prune: (Mark?) async throws -> PrunedPage<Mark>) async throws {
            var mark: Mark?
            repeat { mark = try await prune(mark).next } while mark != nil
        }

        /// A line for each table: its rows that live, and the kilobytes of it and of its indexes.
        func tables() throws -> [String] {
            let names = [
                "queue", "outbox", "dedup", "jobs", "messages", "events", "deliveries", "recent_sends", "conversations",
                "commits",
            ]
            let looks = names.map {
                "SELECT format('%s %s rows %s KB, indexes %s KB', '\($0)', count(*), pg_table_size('\($0)') / 1024, pg_indexes_size('\($0)') / 1024) FROM \($0)"
            }
            return try server.run("SET search_path = \(schema); \(looks.joined(separator: " UNION ALL "))")
        }
    }
}
