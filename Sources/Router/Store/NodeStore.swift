package import System

/// The durable half of being one process among those that share a store.
///
/// Each has a number, which is a part of every identifier that it makes: no two processes ever make the same one. A process
/// takes the lowest number that is free when it opens the store, and holds it by a lease.
package protocol NodeStore: Sendable {
    /// Holds on to the number of `owner`, for so long from now. False when another process has it.
    func renewNode(of owner: String, for length: Duration, at now: Timestamp) async throws -> Bool

    /// Writes down that a process lives. It counts as dead once it has not been written down for `NodeRecord.patience`.
    func note(_ node: NodeRecord, at now: Timestamp) async throws

    /// Forgets a process, which has ended in good order.
    func forgetNode(_ incarnation: String) async throws

    /// Lists the processes that were written down, by name: at most a thousand, those that died lately among them.
    func nodes() async throws -> [NodeRecord]

    /// Forgets those that have not been written down since `moment`, with whatever else they have left. How many they were.
    func pruneNodes(silentSince moment: Timestamp) async throws -> Int

    /// Takes the lease of that name, or holds on to it, for so long from now. False while it is another's.
    func hold(_ name: String, for owner: String, lasting length: Duration, at now: Timestamp) async throws -> Bool
}

/// One process of ours, as others see it.
package struct NodeRecord: Sendable, Equatable {
    package let name: String
    /// The name under which it holds leases: another each time it starts.
    package let incarnation: String
    /// The version of the program.
    package let version: String
    /// The version of the store's schema that it knows; 0 until the store has written it down.
    package var schema: Int
    /// A digest of what all processes should be told alike; empty where none was made.
    package var configuration: String
    /// The lead of its clock over the store's.
    package var clockLead: Duration
    package let startedAt: Timestamp
    /// The moment at which it was written down last; nil before the first time.
    package var seenAt: Timestamp?

    package init(
        _ name: String, incarnation: String, version: String, schema: Int = 0, configuration: String = "",
        clockLead: Duration = .zero, startedAt: Timestamp, seenAt: Timestamp? = nil
    ) {
        self.name = name
        self.incarnation = incarnation
        self.version = version
        self.schema = schema
        self.configuration = configuration
        self.clockLead = clockLead
        self.startedAt = startedAt
        self.seenAt = seenAt
    }

    /// The time after which a process that is not heard of counts as dead.
    package static let patience = Duration.seconds(20)

    package func isAlive(at now: Timestamp) -> Bool { seenAt.map { now.since($0) < NodeRecord.patience } ?? false }
}
