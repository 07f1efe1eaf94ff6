/// The settings of a database. The defaults are for a server that says "received" and means it.
package struct DatabaseOptions: Sendable {
    package enum Durability: String, Sendable {
        /// A commit survives a power cut.
        case full = "FULL"
        /// A commit survives the process; a power cut may take the last ones.
        case normal = "NORMAL"
    }

    package var durability = Durability.full
    /// The most bodies in one transaction.
    package var batch = 64
    /// The most bodies that wait, for the writer and for the readers each.
    package var waiting = 4096
    package var readers = 2
    /// The time to wait for a lock that a foreign process holds.
    package var patience = Duration.seconds(1)
    /// The interval at which the write-ahead log is carried over into the file while something is written.
    package var checkpointInterval = Duration.milliseconds(50)
    /// The size of the log at which the writer itself sees to it that it begins anew; earlier where the disk has no
    /// room for as much again.
    package var logLimit = 64 << 20
    /// Memory that the writer's pages may take.
    package var cache = 8 << 20

    package init() {}
}
