/// Figures about a database since it was opened, for those who watch it.
package struct DatabaseStatistics: Sendable {
    /// The write-ahead log after the last commit.
    package internal(set) var logFrames = 0
    package internal(set) var logBytes = 0
    /// Transactions that were committed, and the bodies in them.
    package internal(set) var batches = 0
    package internal(set) var bodies = 0
    /// Transactions of which every caller got the error.
    package internal(set) var failedBatches = 0
    package internal(set) var longestCommit = Duration.zero
    package internal(set) var checkpoints = 0
    package internal(set) var failedCheckpoints = 0
    /// The reason of the last checkpoint that failed.
    package internal(set) var checkpointFailure: String?
    /// The number of times that the log was to begin anew: at its limit, or for want of disk.
    package internal(set) var logRestarts = 0
    /// Bodies that wait at this moment.
    package internal(set) var waitingWrites = 0
    package internal(set) var waitingReads = 0

    init() {}
}
