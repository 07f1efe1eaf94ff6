package import System
package import WeCom

/// The store as people look at it. Looking takes short transactions and costs those at work nothing.
package protocol Ledger: Sendable {
    /// The jobs that `filter` lets through, newest first. Looks at a bounded number of rows: a page may be short, or empty,
    /// and another follow.
    func jobs(in state: JobState?, matching filter: LedgerFilter) async throws -> Page<JobSummary>

    /// Counts the jobs that `filter` lets through, of the newest that a page of `jobs` would look at; `next` says where the
    /// others begin. The groups are in no order.
    func tallies(by grouping: JobGrouping, matching filter: LedgerFilter) async throws -> Page<JobTally>

    /// A job with its messages, its time line and its deliveries; nil when there is none of that number.
    func job(_ id: JobID) async throws -> JobDetails?

    /// The newest failed job that a person knows by these six digits (`JobID.shortNumber`).
    func failedJob(numbered digits: String) async throws -> JobID?

    /// The deliveries that `filter` lets through, newest first, paged as jobs are.
    func deliveries(
        in selection: DeliverySelection, matching filter: LedgerFilter
    ) async throws -> Page<DeliverySummary>
}

/// The rows that are asked for; a filter that is nil lets everything through.
package struct LedgerFilter: Sendable {
    package var endpoint: Endpoint?
    package var corp: CorpID?
    package var user: UserID?
    /// Accepted, or written, at this moment or later.
    package var since: Timestamp?
    /// … and before this one.
    package var until: Timestamp?
    /// WeCom's number of a message; known for as long as a repeat of its callback would be.
    package var messageNumber: UInt64?
    /// The end of the page before.
    package var before: Int64?
    /// At most `maxLimit`.
    package var limit = 50

    package init() {}

    package static let maxLimit = 200
}

/// The deliveries that are asked for.
package enum DeliverySelection: Sendable, Equatable {
    case all
    case one(DeliveryState)
    /// Failed, and not yet replayed: the dead letters.
    case dead
}

/// Some rows, and where the next page begins.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// The `before` of the next page; nil at the end.
    package let next: Int64?

    package init(_ items: [Item], next: Int64?) {
        self.items = items
        self.next = next
    }
}
