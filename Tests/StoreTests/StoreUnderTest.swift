import Lifecycle
import Router
import Testing

/// Every store that keeps the promises of this suite.
enum StoreUnderTest: CaseIterable, Sendable {
    case sqlite

    static var available: [StoreUnderTest] { allCases }

    func factory() throws -> any StoreFactory {
        switch self {
        case .sqlite: try SQLiteFactory()
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
