internal import CSQLite
internal import System

/// Stops long statements from another thread, once and for all.
@safe final class Interruption: @unchecked Sendable {
    @safe private struct State {
        var running: [OpaquePointer]
        var hasFired = false
    }

    private let state = unsafe Lock(State(running: []))

    /// Lets what runs on `connection` be stopped until `release`. Throws when it is too late to begin.
    func watch(_ connection: borrowing Connection) throws(DatabaseUnavailable) {
        let handle = unsafe connection.handle
        let isTooLate = state.withLock { state in
            unsafe state.running.append(handle)
            return state.hasFired
        }
        guard isTooLate else { return }
        release(connection)
        throw .closed
    }

    func release(_ connection: borrowing Connection) {
        let handle = unsafe connection.handle
        state.withLock { state in unsafe state.running.removeAll { $0 == handle } }
    }

    /// Stops what is watched, whose statements throw `interrupted`. No connection closes meanwhile: its thread has to
    /// release it first.
    func fire() {
        state.withLock { state in
            state.hasFired = true
            unsafe state.running.forEach { unsafe sqlite3_interrupt($0) }
        }
    }
}
