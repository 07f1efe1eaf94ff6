import Foundation
import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import System

/// Opens stores in schemas of the server that all tests share, or through a pooler in databases. One is emptied and used again: to
/// make one takes longer than most tests.
final class PostgresFactory: StoreFactory {
    private let server: PostgresServer
    private let settings: [String: String]
    private let isolation: Isolation
    private let pooler: PgBouncer?
    /// The schema is a later program's.
    private let isGrown: Bool
    private var kept: Schemas { pooler == nil ? .shared : .pooled }
    /// The schemas by the numbers of stores. What `kill -9` leaves is there already.
    private let schemas = Lock<[Int: String]>([:])

    init(
        _ isolation: Isolation = .readCommitted, grown isGrown: Bool = false, through pooler: PgBouncer? = nil,
        settings: [String: String] = [:]
    ) throws {
        self.isGrown = isGrown
        server = try .shared
        self.pooler = pooler
        self.settings = settings
        self.isolation = isolation
    }

    deinit { for schema in Set(schemas.withLock { $0.values }) { kept.giveBack(schema) } }

    func path(of number: Int) -> String {
        let name = schemas.withLock { $0[number] } ?? "none"
        return pooler?.url(database: name) ?? server.url(schema: name, settings: settings)
    }

    func open(_ number: Int, _ terms: StoreTerms) async throws -> any Store {
        if schemas.withLock({ $0[number] }) == nil {
            let schema = try kept.take(on: server)
            schemas.withLock { $0[number] = schema }
            if isGrown {
                let later = try Schema.grown().open(at: path(of: number))
                await later.close()
            }
        }
        var options = DatabaseOptions()
        options.connections = [:]
        options.channel = nil
        options.isolation = isolation
        options.pooler = pooler == nil ? .none : .transaction
        // A loaded machine is no reason for 503 here.
        options.acceptPatience = .seconds(60)
        options.backoff = Backoff(first: .milliseconds(2), longest: .milliseconds(50))
        return try await PostgresStore(
            at: Servers(path(of: number)), serving: terms.endpoints, owner: terms.owner, recovery: terms.recovery,
            options: options, clock: .callers)
    }

    func copyAsIfKilled(_ number: Int, to other: Int) throws { schemas.withLock { $0[other] = $0[number] } }
}

/// Schemas, or databases, that nobody uses at this moment.
private final class Schemas: Sendable {
    static let shared = Schemas(areDatabases: false)
    static let pooled = Schemas(areDatabases: true)
    private let areDatabases: Bool
    private let free = Lock<[String]>([])

    private init(areDatabases: Bool) { self.areDatabases = areDatabases }

    func take(on server: PostgresServer) throws -> String {
        guard let name = free.withLock({ $0.popLast() }) else {
            return areDatabases ? try server.makeDatabase() : try server.makeSchema()
        }
        if areDatabases {
            try server.run(Schemas.emptying, in: name)
        } else {
            try server.run("SET search_path = \(name); \(Schemas.emptying)")
        }
        return name
    }

    func giveBack(_ schema: String) { free.withLock { $0.append(schema) } }

    private static let emptying =
        [
            "apps", "blobs", "blob_pieces", "bots", "calls", "call_tokens", "call_totals", "conversations", "dedup",
            "deliveries", "events",
            "feedback", "jobs", "leases", "members", "member_jobs", "messages", "nodes", "notices", "outbox",
            "questions", "queue",
            "recent_sends", "refusals", "requests", "sessions", "streams", "tokens",
            "workspaces",
        ].map { "DELETE FROM \($0);" }.joined(separator: " ") + " SELECT setval('refusal_slots', 0, false)"
}
