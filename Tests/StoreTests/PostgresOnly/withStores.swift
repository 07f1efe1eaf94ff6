import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import StoreTesting

/// Lends stores of as many processes over one database, each process named `node` with its number.
func withStores(_ count: Int, _ body: ([PostgresStore]) async throws -> Void) async throws {
    try await withStores(count) { stores, _ in try await body(stores) }
}

/// The same with a way to ask the database itself.
func withStores(
    _ count: Int, _ body: ([PostgresStore], _ ask: @Sendable (_ sql: String) throws -> [String]) async throws -> Void
) async throws {
    let server = try PostgresServer.shared
    let schema = try server.makeSchema()
    var stores: [PostgresStore] = []
    for index in 0..<count {
        var options = DatabaseOptions()
        options.channel = nil
        stores.append(
            try await PostgresStore(
                at: Servers(server.url(schema: schema)), serving: [appA, appB], owner: "node \(index)",
                options: options,
                clock: .callers))
    }
    try await attempt { [stores] in
        try await body(stores) { try server.run("SET search_path = \(schema); \($0)") }
    } finally: { [stores] in
        for store in stores { await store.close() }
    }
}
