package import Lifecycle
package import System

/// The tasks that have connections of their own, so that one that hangs starves no other.
package enum Purpose: String, CaseIterable, Sendable {
    /// Taking messages in.
    case accepting = "accept"
    /// Claiming and settling.
    case turns
    /// Claiming deliveries and marking them.
    case sending = "send"
    case reading = "read"
    /// Heartbeats, in front of which nothing else may ever wait.
    case leases
}

/// The settings of a database. The defaults are for a server that says "received" and means it.
package struct DatabaseOptions: Sendable {
    /// The pooler between us and the server.
    package enum Pooler: String, CaseIterable, Sendable {
        case none
        /// It gives each of our connections one of the server's, for as long as we have it: as if it were not there.
        case session
        /// It gives each transaction another connection: no statement has a name, and nothing is set for longer.
        case transaction
    }

    /// The number of connections for each task.
    package var connections = DatabaseOptions.connections(sharingOut: 10)
    /// The most bodies in one transaction.
    package var batch = 64
    /// The most bodies that wait for a task's connections.
    package var waiting = 4096
    /// The time that one server has to answer a new connection.
    package var connectTimeout = Duration.seconds(1)
    /// The time after which nobody waits for a message any more: 503 is answered within 3 s.
    package var acceptPatience = Duration.milliseconds(2500)
    /// The same of anything else.
    package var patience = Duration.seconds(10)
    /// The time for which a start waits for a server before it goes on without one.
    package var startPatience = Duration.seconds(2)
    package var backoff = Backoff(first: .milliseconds(50), longest: .seconds(2))
    package var isolation = Isolation.readCommitted
    package var pooler = Pooler.none
    /// The servers over which hints go, without a pooler that would not let them through; nil for those of all else.
    package var hintServers: Servers?
    /// The clock of those who hand in bodies, with which the servers' is compared.
    package var clock: @Sendable (MonotonicTime) -> Timestamp = { .steady(at: $0) }
    /// Marks this process: where its commits leave their numbers.
    package var owner = ""
    /// The channel on which others are told that there may be something to do, and heard; nil for none.
    package var channel: String? = "wecom_router"

    var statementTimeout = Duration.seconds(5)
    var lockTimeout = Duration.milliseconds(1500)
    /// The time that the server waits for us within a transaction before it ends the connection.
    package var idleTimeout = Duration.seconds(10)

    package init() {}

    var settings: SessionSettings {
        SessionSettings(statementTimeout: statementTimeout, lockTimeout: lockTimeout, idleTimeout: idleTimeout)
    }

    /// The settings that each transaction has to bring along; nil where a connection keeps them.
    var settingsOfTransaction: SessionSettings? { pooler == .transaction ? settings : nil }

    /// True where hints can be heard: a pooler that gives each transaction another connection lets none through.
    package var hears: Bool { channel != nil && (pooler != .transaction || hintServers != nil) }

    func patience(for purpose: Purpose) -> Duration { purpose == .accepting ? acceptPatience : patience }
}
