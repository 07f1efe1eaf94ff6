package import System

/// The rates at which messages come in: a bucket for each conversation, which holds a minute's worth and fills again as
/// time goes. It is not durable: a restart fills all.
///
/// Per process: several over one store would each let a minute's worth in, unless the buckets were kept in that store.
package struct Arrivals: Sendable {
    private struct Bucket: Sendable {
        var left: Double
        var at: Timestamp
    }

    package init() {}

    private var buckets: [Int64: Bucket] = [:]
    /// With so many buckets the full ones are thrown away.
    private var many = Arrivals.fewest
    private static let fewest = 20_000

    /// True if one more message may come, which is then counted.
    package mutating func admit(_ conversation: Int64, at now: Timestamp, perMinute limit: Int) -> Bool {
        guard limit > 0 else { return true }
        let size = Double(limit)
        var bucket = buckets[conversation] ?? Bucket(left: size, at: now)
        let passed = Double(max(0, now.since(bucket.at).inMilliseconds)) / 60_000
        bucket.left = min(size, bucket.left + passed * size)
        bucket.at = max(bucket.at, now)
        let isAdmitted = bucket.left >= 1
        if isAdmitted { bucket.left -= 1 }
        if buckets.count >= many { forgetFull(at: now) }
        buckets[conversation] = bucket
        return isAdmitted
    }

    /// A bucket that was not touched for a minute is full.
    private mutating func forgetFull(at now: Timestamp) {
        buckets = buckets.filter { now.since($0.value.at) < .seconds(60) }
        // However many are in use: going through all of them stays rare.
        many = max(Arrivals.fewest, buckets.count * 2)
    }
}
