import Router

/// A store that can be stopped and started again.
final class TestStore {
    private let factory: any StoreFactory
    private let terms: StoreTerms
    private var number = 1
    private(set) var store: any Store

    init(of factory: any StoreFactory, _ terms: StoreTerms) async throws {
        self.factory = factory
        self.terms = terms
        store = try await factory.open(number, terms)
    }

    var path: String { factory.path(of: number) }

    func close() async { await store.close() }

    /// Stops in good order and starts again.
    func restart() async throws {
        await store.close()
        store = try await factory.open(number, terms)
    }

    /// Starts again with what is on the disk at this moment, as after `kill -9`.
    func crash() async throws {
        try factory.copyAsIfKilled(number, to: number + 1)
        number += 1
        await store.close()
        store = try await factory.open(number, terms)
    }

    enum Ending: CaseIterable, Sendable { case stop, kill }

    func startAgain(after ending: Ending) async throws {
        switch ending {
        case .stop: try await restart()
        case .kill: try await crash()
        }
    }
}
