import JSON
import Observability
import SQLiteStore
import System

/// Whether the server should be sent callbacks, and if not, why.
package final class Readiness: Sendable {
    private enum Phase { case starting, serving, draining }

    private struct State {
        var phase = Phase.starting
        var damage: [String] = []
    }

    private let state = Lock(State())
    private let store: SQLiteStore
    private let log: Logger

    init(store: SQLiteStore, log: Logger) {
        self.store = store
        self.log = log
    }

    /// Everything that stands against it; empty when ready.
    package var reasons: [String] {
        let damage = state.withLock { state in
            switch state.phase {
            case .starting: ["starting"] + state.damage
            case .serving: state.damage
            case .draining: ["draining"] + state.damage
            }
        }
        return damage + (store.room.complaint().map { [$0] } ?? [])
    }

    /// From now on callbacks are welcome; the file is checked in the background.
    func hasStarted() {
        state.withLock { state in
            if state.phase == .starting { state.phase = .serving }
        }
        Task { await checkStore() }
    }

    func drain() { state.withLock { $0.phase = .draining } }

    private func checkStore() async {
        do {
            let problems = try await store.quickCheck()
            guard !problems.isEmpty else { return }
            state.withLock { $0.damage = ["the store is damaged"] }
            log.error(
                "the store is damaged; restore it from a copy", [.error: .string(problems.joined(separator: "; "))])
        } catch {
            log.debug("the store was not checked: \(error)")
        }
    }
}
