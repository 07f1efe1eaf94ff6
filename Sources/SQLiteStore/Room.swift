import Router
import SQLite
package import System

/// What is left on the store's disk: the last of it is kept for ending what has begun.
///
/// The disk is asked once a second at the most, by whoever wants to know. `statvfs` answers from memory.
package final class Room: Sendable {
    private struct State {
        var free: Int
        var askedAt: MonotonicTime
        /// When the disk last refused a message, and in which words; nil once it has taken one again.
        var refusal: (at: MonotonicTime, words: String)?
        var refusedForRoom = 0
        var refusedByDisk = 0
    }

    private let minFree: Int
    private let measure: @Sendable () -> Int?
    private let state: Lock<State>

    private static let interval = Duration.seconds(1)
    /// With nobody writing nothing shows that a full disk is full no longer: after so long it is worth another try.
    private static let memory = Duration.seconds(10)

    package convenience init(of path: String, minFree: Int) {
        self.init(minFree: minFree) { freeBytes(onDiskOf: path) }
    }

    /// `measure` says how much is free; nil when it cannot be told, which counts as plenty.
    package init(minFree: Int, at now: MonotonicTime = .now, measure: @escaping @Sendable () -> Int?) {
        self.minFree = minFree
        self.measure = measure
        state = Lock(State(free: measure() ?? .max, askedAt: now))
    }

    /// Why no message is taken, in words for people; nil while they are.
    package func complaint(at now: MonotonicTime = .now) -> String? {
        let free = free(at: now)
        if free < minFree { return StoreIsFull(free: free, minFree: minFree).description }
        return state.withLock { state in
            guard let refusal = state.refusal, now < refusal.at.advanced(by: Room.memory) else { return nil }
            return "the store's disk refuses to write: \(refusal.words)"
        }
    }

    /// Free bytes, not older than a second.
    package func free(at now: MonotonicTime = .now) -> Int {
        let known = state.withLock { state in
            if now < state.askedAt.advanced(by: Room.interval) { return Int?.some(state.free) }
            state.askedAt = now
            return nil
        }
        if let known { return known }
        let free = measure() ?? .max
        state.withLock { $0.free = free }
        return free
    }

    /// Messages that were turned away because less than `minFree` was left.
    package var refusedForRoom: Int { state.withLock { $0.refusedForRoom } }
    /// Messages that the disk itself would not take.
    package var refusedByDisk: Int { state.withLock { $0.refusedByDisk } }

    /// Runs what makes a message durable, if there is room, and remembers how the disk took it.
    package func accepting<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let free = free()
        guard free >= minFree else {
            state.withLock { $0.refusedForRoom += 1 }
            throw StoreIsFull(free: free, minFree: minFree)
        }
        do {
            let value = try await body()
            state.withLock { $0.refusal = nil }
            return value
        } catch let error as SQLiteError where error.kind == .full || error.kind == .ioError {
            state.withLock { state in
                state.refusal = (.now, error.message)
                state.refusedByDisk += 1
            }
            throw error
        }
    }
}
