package import Router
package import System

/// The room on the store's disk: the last of it is kept for ending what has begun.
///
/// The disk is asked once a second at the most, by whoever wants to know. `statvfs` answers from memory.
package final class Room: Sendable {
    private struct State {
        var free: Int
        var askedAt: MonotonicTime
        var refusedForRoom = 0
    }

    private let minFree: Int
    private let measure: @Sendable () -> Int?
    private let state: Lock<State>

    private static let interval = Duration.seconds(1)

    package convenience init(of path: String, minFree: Int) {
        self.init(minFree: minFree) { freeBytes(onDiskOf: path) }
    }

    /// `measure` says how much is free; nil when it cannot be told, which counts as plenty.
    package init(minFree: Int, at now: MonotonicTime = .now, measure: @escaping @Sendable () -> Int?) {
        self.minFree = minFree
        self.measure = measure
        state = Lock(State(free: measure() ?? .max, askedAt: now))
    }

    /// The reason why no message is taken, in words for people; nil while they are.
    package func complaint(at now: MonotonicTime = .now) -> String? {
        let free = free(at: now)
        return free < minFree ? StoreIsFull(free: free, minFree: minFree).description : nil
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

    /// Lets a message through, if there is room.
    package func admit() throws(StoreIsFull) {
        let free = free()
        guard free >= minFree else {
            state.withLock { $0.refusedForRoom += 1 }
            throw StoreIsFull(free: free, minFree: minFree)
        }
    }
}
