import Router
import StoreTesting

/// All that the suite has to be told of a kind of store.
protocol StoreFactory {
    /// Opens the store that bears the number: an empty one the first time, afterwards the one that was closed.
    func open(_ number: Int, _ terms: StoreTerms) async throws -> any Store

    /// The address of what keeps the store, for those who look at it behind its back.
    func path(of number: Int) -> String

    /// Leaves for another number what a process would find that started now, after `kill -9`. The store is still open.
    func copyAsIfKilled(_ number: Int, to other: Int) throws
}

/// The terms on which a store is opened. The apps are `appA` and `appB`, the owner is `test`.
struct StoreTerms {
    var durability = StoreDurability.full
    var recovery = CrashRecovery()
    let endpoints = [appA, appB]
    let owner = "test"
}

enum StoreDurability: Sendable {
    case full
    /// Survives the end of a process, but not a power cut: for tests with many transactions.
    case normal
}
