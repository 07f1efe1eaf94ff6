package import System

/// A store in which other processes may leave something to do, and perhaps cannot say so.
package protocol WatchedStore: Sendable {
    /// Looks what there may be to do by `now`, in one go, however much is stored.
    func hints(at now: Timestamp) async throws -> Set<StoreHint>
}
