import JSON
import Observability
import PostgreSQL
import PostgresStore
import Router
import WeCom

extension StoreService {
    typealias Isolation = PostgreSQL.Isolation
    static let usualIsolation = Isolation.readCommitted

    /// Opens a store in PostgreSQL. Where no server can be reached that is said, and goes on in the background.
    static func postgresStore(
        at url: Secret, _ configuration: Configuration.Store, isolation: Isolation, serving current: Serving.Current,
        as node: NodeIdentity,
        log: Logger,
        whenHinted hinted: @escaping @Sendable (String) -> Void
    ) async throws -> PostgresStore {
        var options = try DatabaseOptions(configuration)
        options.isolation = isolation
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
        if configuration.pooler == .transaction, configuration.listenURL == nil {
            log.warning(
                "other nodes are not heard through the pooler: what they leave to do is looked for, and found within two seconds; with store.listen_url they are heard at once"
            )
        }
        return store
    }
}

extension DatabaseOptions {
    init(_ configuration: Configuration.Store) throws(PostgresError) {
        self.init()
        connections = DatabaseOptions.connections(sharingOut: configuration.pool)
        pooler = configuration.pooler
        if let url = configuration.listenURL { hintServers = try Servers(url.reveal()) }
    }
}
