/// Figures about a database since it was opened, for those who watch it.
package struct DatabaseStatistics: Sendable {
    /// Transactions that were committed, and the bodies in them.
    package internal(set) var batches = 0
    package internal(set) var bodies = 0
    /// Transactions that came to nothing.
    package internal(set) var failedBatches = 0
    /// Transactions that were begun again.
    package internal(set) var repeats = 0
    /// Commits whose answer was lost.
    package internal(set) var ambiguous = 0
    package internal(set) var longestCommit = Duration.zero
    /// Bodies that wait at this moment.
    package internal(set) var waitingWrites = 0
    package internal(set) var waitingReads = 0

    init() {}
}
