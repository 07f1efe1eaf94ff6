package import System

/// The time for which the store has heard of this process without a break: what each of its renewals says that succeeds.
///
/// A process that was suspended, or whose database was away, has lost for others' sake what it held; and it cannot tell who else is
/// gone, since after an outage every lease looks as if it had run out.
package final class StoreContact: Sendable {
    private struct Record {
        var since: MonotonicTime
        var last: MonotonicTime
    }

    /// The leases that are renewed each time.
    package let limits: LeaseLimits
    private let record = Lock<Record?>(nil)

    package init(_ limits: LeaseLimits = LeaseLimits(length: DeliveryRules.leaseLength)) { self.limits = limits }

    /// The store has answered what was begun at `moment`.
    package func noteAnswer(begunAt moment: MonotonicTime) {
        record.withLock { record in
            let isBroken = record.map { moment.since($0.last) > limits.fence } ?? true
            record = Record(since: isBroken ? moment : record?.since ?? moment, last: moment)
        }
    }

    /// True if it has lasted for so long by `now`.
    package func hasLasted(_ length: Duration, by now: MonotonicTime) -> Bool {
        guard let record = record.withLock({ $0 }), now.since(record.last) <= limits.fence else { return false }
        return now.since(record.since) >= length
    }

    /// True if what was claimed at `moment` cannot be another's by `now`: its lease is young, or was renewed ever since.
    package func covers(_ moment: MonotonicTime, by now: MonotonicTime) -> Bool {
        if now.since(moment) < limits.fence { return true }
        guard let record = record.withLock({ $0 }), now.since(record.last) < limits.fence else { return false }
        return record.since.since(moment) < limits.fence
    }
}
