import Foundation
import Lifecycle
import PostgreSQL
import PostgresTesting
import Router
import Testing

/// Every store that keeps the promises of this suite.
enum StoreUnderTest: CaseIterable, Sendable {
    case sqlite
    case postgres
    /// The same where nothing is read that somebody else writes, for the engines that know no other way; and over the schema of a later
    /// program, as a server has it that is not upgraded yet.
    case serializablePostgres
    /// The same behind a pooler that gives each transaction another connection.
    case pooledPostgres

    /// Those whose server is there. SERIALIZABLE and the pooler come in the place of the others where they are asked for: side by side
    /// four of them starve each other.
    static let available: [StoreUnderTest] = {
        let environment = ProcessInfo.processInfo.environment
        var asked: [StoreUnderTest] = []
        if environment["WECOM_ROUTER_TESTS_SERIALIZABLE"] != nil { asked.append(.serializablePostgres) }
        if environment["WECOM_ROUTER_TESTS_POOLED"] != nil, PgBouncer.isAvailable { asked.append(.pooledPostgres) }
        if !asked.isEmpty { return asked }
        return PostgresServer.isAvailable ? [.sqlite, .postgres] : [.sqlite]
    }()

    /// The number of random steps that show what there is to see, in bearable time.
    var steps: Int { self == .sqlite ? 1500 : 400 }

    func factory() throws -> any StoreFactory {
        switch self {
        case .sqlite: try SQLiteFactory()
        case .postgres: try PostgresFactory()
        case .serializablePostgres: try PostgresFactory(.serializable, grown: true)
        case .pooledPostgres: try PostgresFactory(through: .shared)
        }
    }

    /// Lends `body` an empty store that goes, with its files, when `body` returns.
    func withStore(
        durability: StoreDurability = .full,
        recovery: CrashRecovery = CrashRecovery(),
        _ body: (TestStore) async throws -> Void
    ) async throws {
        let test = try await TestStore(of: factory(), StoreTerms(durability: durability, recovery: recovery))
        try await attempt {
            try await body(test)
        } finally: {
            await test.close()
        }
    }
}
