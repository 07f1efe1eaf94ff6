package import System

/// The durable half of keeping the store from growing without end.
///
/// Each call looks at one page of a table, found by an index, and holds up writes of others for a moment only. What is
/// open is never touched, and conversations stay.
package protocol Housekeeping: Sendable {
    /// Forgets those keys of the page behind `mark` that were seen before `moment`. A key is never forgotten for the
    /// number of others: WeCom's repeat would be taken for a new message.
    func pruneKeys(seenBefore moment: Timestamp, behind mark: DedupKey?) async throws -> PrunedPage<DedupKey>

    /// Deletes those jobs of the page behind `mark` that have ended and outlived `retention`, each with its messages, its
    /// time line and its deliveries, unless one of those is open or ended so lately that WeCom still knows it.
    func pruneJobs(_ retention: JobRetention, behind mark: JobID?, at now: Timestamp) async throws -> PrunedPage<JobID>

    /// Deletes those deliveries of the page behind `mark` that answer no job and ended before `moment`.
    func pruneNotices(
        endedBefore moment: Timestamp, behind mark: DeliveryID?, at now: Timestamp
    ) async throws -> PrunedPage<DeliveryID>

    /// Forgets those requests to send of the page behind `mark` that were made before `moment`.
    func pruneRequests(madeBefore moment: Timestamp, behind mark: [UInt8]?) async throws -> PrunedPage<[UInt8]>

    /// Forgets those sends of the page behind `mark` that lie before `moment`: nothing goes by them any more.
    func pruneSends(before moment: Timestamp, behind mark: SendMark?) async throws -> PrunedPage<SendMark>

    /// True while an app has jobs that have not ended, or something to send.
    func hasOpenWork(of endpoint: Endpoint) async throws -> Bool

    /// Forgets those refused messages of the page behind `mark` that came before `moment`.
    func pruneRefusals(before moment: Timestamp, behind mark: JobID?) async throws -> PrunedPage<JobID>

    /// The oldest of the newest `count` jobs; nil when there are fewer.
    func oldestJob(amongNewest count: Int) async throws -> JobID?
}

/// The jobs that have outlived their use once they have ended.
package struct JobRetention: Sendable, Equatable {
    /// Those that ended before; none by age when nil.
    package let endedBefore: Timestamp?
    /// Those that are older than this one; none by number when nil.
    package let olderThan: JobID?

    package init(endedBefore: Timestamp? = nil, olderThan: JobID? = nil) {
        self.endedBefore = endedBefore
        self.olderThan = olderThan
    }

    /// All that are to go have numbers below this one: no job that is made later can have ended before.
    package var end: Int64 { max(endedBefore.map(IdentifierSource.least) ?? 0, olderThan?.number ?? 0) }

    /// True of a job that ended then and is to go.
    package func isOutlived(by job: JobID, endedAt: Timestamp?) -> Bool {
        guard let endedAt else { return false }
        return endedBefore.map { endedAt < $0 } ?? false || olderThan.map { job < $0 } ?? false
    }
}

/// A place in what was sent lately.
package struct SendMark: Sendable {
    package let conversation: Int64
    package let at: Timestamp
    package let delivery: DeliveryID

    package init(conversation: Int64, at: Timestamp, delivery: DeliveryID) {
        self.conversation = conversation
        self.at = at
        self.delivery = delivery
    }
}

/// A page of a table that was looked through.
package struct PrunedPage<Mark: Sendable>: Sendable {
    package let pruned: Int
    /// The mark that the next page lies behind; nil when this was the last.
    package let next: Mark?

    package init(pruned: Int, next: Mark?) {
        self.pruned = pruned
        self.next = next
    }
}
