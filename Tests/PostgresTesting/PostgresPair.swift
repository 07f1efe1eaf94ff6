package import Foundation
import ProgramTesting

/// A primary and a standby that its commits wait for. Either may be killed or frozen, and what is left becomes a pair again.
package final class PostgresPair: Sendable {
    /// Both, whichever is the primary now.
    package let members: [PostgresMember]
    private let lock = NSLock()
    nonisolated(unsafe) private var place = 0

    /// The name of the database, and of the role that owns it.
    package static let database = "router"

    /// Starts the two in folders beneath this one.
    package init(
        in folder: String, log: FileHandle, watch: @escaping @Sendable (_ id: Int32, _ isThere: Bool) -> Void
    ) throws {
        members = try ["one", "two"].map { try PostgresMember(in: "\(folder)/\($0)", log: log, watch: watch) }
        try primary.create()
        try primary.start(settings)
        try primary.run("CREATE ROLE \(PostgresPair.database) LOGIN")
        try primary.run("CREATE DATABASE \(PostgresPair.database) OWNER \(PostgresPair.database)")
        try makeStandby()
    }

    package var primary: PostgresMember { members[lock.withLock { unsafe place }] }
    package var standby: PostgresMember { members[lock.withLock { unsafe 1 - place }] }

    /// Has the standby take over. Its commits wait for a standby from the start, or only once there is one.
    package func failOver(strictly isStrict: Bool) throws {
        let next = standby
        try next.promote()
        lock.withLock { unsafe place = 1 - place }
        try waitForStandby(isStrict)
    }

    /// Makes the other one, whose processes are gone, the standby of the primary, and returns when commits wait for it.
    package func makeStandby() throws {
        try standby.copy(primary, as: "standby")
        try standby.start(settings)
        try waitForStandby(true)
        try untilSynchronous()
    }

    /// Returns when the primary says that the standby has all that was committed.
    package func untilSynchronous() throws {
        for _ in 0..<1000 {
            let states = try primary.run("SELECT pg_sleep(0.02), sync_state FROM pg_stat_replication")
            if states.contains("|sync") { return }
        }
        throw NoServer(description: "the standby does not become synchronous")
    }

    package func kill() {
        for member in members { member.kill() }
    }

    private func waitForStandby(_ isWaiting: Bool) throws {
        try primary.run("ALTER SYSTEM SET synchronous_standby_names = '\(isWaiting ? "standby" : "")'")
        try primary.reload()
    }

    private var settings: [String: String] {
        [
            "max_connections": "100", "shared_buffers": "64MB", "wal_level": "replica", "max_wal_senders": "10",
            "wal_keep_size": "256MB", "hot_standby": "on", "wal_retrieve_retry_interval": "200ms",
            "wal_receiver_status_interval": "1s", "deadlock_timeout": "100ms", "autovacuum_naptime": "10s",
            "log_min_messages": "warning", "max_wal_size": "1GB", "checkpoint_timeout": "30min",
        ]
    }
}
