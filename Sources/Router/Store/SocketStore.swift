package import System
package import WeCom

/// The durable half of bots' long connections where several processes share a store: each is one process's at a time.
///
/// WeCom gives a bot to whoever subscribed last: two processes that both connected would take it from each other for ever. So a process
/// connects a bot only while it holds the lease of its connection, and closes it before that ends.
package protocol SocketStore: Sendable {
    /// Finds who has the connections of these bots, how these stand, and what operators want of them.
    func sockets(of bots: [BotID]) async throws -> [BotID: SharedSocket]

    /// Takes the connections of those of `bots` that are free, and holds on to those that `owner` has, for so long from now. Returns
    /// the number of each lease that is `owner`'s now: it rises when a connection passes from one process to another.
    func holdSockets(
        of bots: [BotID], for owner: String, lasting length: Duration, at now: Timestamp
    ) async throws -> [BotID: Int64]

    /// Lets go of what `owner` has of these connections: another process takes them at once.
    func freeSockets(of bots: [BotID], for owner: String, at now: Timestamp) async throws

    /// Writes down how connections stand, for others to see. Those that are not `owner`'s any more are left out.
    func note(_ standings: [BotID: SocketStanding], of owner: String, at now: Timestamp) async throws
}

/// The connection of a bot as the processes that share a store see it.
package struct SharedSocket: Sendable, Equatable {
    /// The process that has it, or had it last.
    package struct Owner: Sendable, Equatable {
        /// The name under which it holds leases.
        package let incarnation: String
        /// Its name for people; nil of one that is not known any more.
        package let name: String?
        package let until: Timestamp

        package init(_ incarnation: String, named name: String?, until: Timestamp) {
            (self.incarnation, self.name, self.until) = (incarnation, name, until)
        }
    }

    package var owner: Owner?
    /// The time since when an operator has the bot disconnected; nil where none has.
    package var disconnectedSince: Timestamp?
    /// The number of times that operators have said whether it is to connect.
    package var orders = 0
    /// The standing of the connection, as its owner told last; nil before it has.
    package var standing: SocketStanding?

    package init() {}

    /// The process whose connection it is at `now`.
    package func holder(at now: Timestamp) -> Owner? { owner.flatMap { now < $0.until ? $0 : nil } }

    /// True if `process` may take it at `now`, or has it.
    package func isFree(for process: String, at now: Timestamp) -> Bool {
        holder(at: now).map { $0.incarnation == process } ?? true
    }
}

/// The standing of a bot's connection, for those who look after bots.
package struct SocketStanding: Sendable, Equatable {
    /// One word for its state.
    package let state: String
    /// The reason why it is in that state.
    package let why: String
    package let since: Timestamp
    /// Connections in a row that came to nothing.
    package let failures: Int
    /// The number of operators' orders that have been carried out.
    package var obeyed: Int

    package init(_ state: String, because why: String, since: Timestamp, failures: Int = 0, obeyed: Int = 0) {
        (self.state, self.why, self.since) = (state, why, since)
        (self.failures, self.obeyed) = (failures, obeyed)
    }

    package var isReady: Bool { state == "ready" }  // short: a word of ours
}
