import System

/// Latencies counted in buckets whose width grows with what they hold: each is told to within 0.1 %, from a microsecond to
/// an hour, in a fixed 190 KiB. (After HdrHistogram by Gil Tene.)
package struct LatencyHistogram: Sendable {
    /// Values below twice this have a bucket each; above, every doubling has so many.
    private static let perDoubling = 1024
    private static let longest = UInt64(3_600_000_000)

    private var counts: [UInt64]
    package private(set) var count: UInt64 = 0
    /// In microseconds, as all that it tells. What is longer than an hour counts as an hour.
    package private(set) var most: UInt64 = 0
    private var sum = 0.0

    package init() {
        counts = Array(repeating: 0, count: LatencyHistogram.index(of: LatencyHistogram.longest) + 1)
    }

    package mutating func add(_ latency: Duration) { add(microseconds: latency.inNanoseconds / 1000) }

    package mutating func add(microseconds: Int64) {
        let value = min(UInt64(max(0, microseconds)), LatencyHistogram.longest)
        counts[LatencyHistogram.index(of: value)] += 1
        count += 1
        most = max(most, value)
        sum += Double(value)
    }

    /// The microseconds within which `percent` of all lie: the upper end of a bucket, and never more than the longest.
    package func microseconds(at percent: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let rank = max(1, UInt64((Double(count) * percent / 100).rounded(.up)))
        var passed: UInt64 = 0
        for index in counts.indices {
            passed += counts[index]
            if passed >= rank { return min(LatencyHistogram.bucket(index).upperBound, most) }
        }
        return most
    }

    package var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// The buckets that are not empty, in order.
    package var buckets: [(range: ClosedRange<UInt64>, count: UInt64)] {
        counts.indices.lazy.filter { counts[$0] > 0 }.map { (LatencyHistogram.bucket($0), counts[$0]) }
    }

    // MARK: Buckets

    private static func index(of value: UInt64) -> Int {
        let doublings = max(0, 64 - value.leadingZeroBitCount - 11)
        return doublings * perDoubling + Int(value >> doublings)
    }

    private static func bucket(_ index: Int) -> ClosedRange<UInt64> {
        let doublings = max(0, index / perDoubling - 1)
        let lower = UInt64(index - doublings * perDoubling) << doublings
        return lower...(lower + (1 << doublings) - 1)
    }
}
