import JSON
import Observability
import PostgreSQL
import PostgresStore
import Router
import WeCom

extension StoreService {
    /// Opens a store in PostgreSQL. Where no server can be reached that is said, and goes on in the background.
    static func postgresStore(
        at url: Secret, over connections: Int, serving current: Serving.Current, as node: NodeIdentity, log: Logger,
        whenHinted hinted: @escaping @Sendable (String) -> Void
    ) async throws -> PostgresStore {
        var options = DatabaseOptions()
        options.connections = DatabaseOptions.connections(sharingOut: connections)
        let store = try await PostgresStore(
            at: Servers(url.reveal()), serving: current.serving.directory.apps.map(\.endpoint), owner: node.incarnation,
            formerly: node.former,
            recovery: CrashRecovery(current), options: options,
            whenUnreadable: { id, reason in
                log.error("a job or a delivery failed", ["id": .string(id), .reason: .string(reason)])
            }, whenHinted: hinted)
        for complaint in store.complaints {
            log.warning("the store waits for its database", [.reason: .string(complaint)])
        }
        return store
    }
}
