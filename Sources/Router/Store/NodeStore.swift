package import System

/// The durable half of being one process among those that share a store.
///
/// Each has a number, which is a part of every identifier that it makes: no two processes ever make the same one. A process
/// takes the lowest number that is free when it opens the store, and holds it by a lease.
package protocol NodeStore: Sendable {
    /// Holds on to the number of `owner`, for so long from now. False when another process has it.
    func renewNode(of owner: String, for length: Duration, at now: Timestamp) async throws -> Bool
}
