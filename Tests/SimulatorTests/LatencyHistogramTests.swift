import Simulator
import Testing

@Suite("Latencies in buckets") struct LatencyHistogramTests {
    private func histogram(_ values: some Sequence<Int64>) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value in values { histogram.add(microseconds: value) }
        return histogram
    }

    @Test("nothing has no percentile")
    func empty() {
        #expect(LatencyHistogram().microseconds(at: 50) == nil && LatencyHistogram().mean == nil)
    }

    @Test("short ones are told exactly, by the rank that a percentile means")
    func exact() {
        let hundred = histogram(1...100)
        #expect(hundred.microseconds(at: 50) == 50 && hundred.microseconds(at: 99) == 99)
        #expect(hundred.microseconds(at: 99.9) == 100 && hundred.microseconds(at: 100) == 100)
        #expect(hundred.microseconds(at: 0) == 1 && hundred.count == 100 && hundred.mean == 50.5)
    }

    @Test(
        "a long one is told to within a thousandth, and never as longer than the longest",
        arguments: [2047, 2048, 4095, 4096, 1_000_000, 123_456_789, 3_600_000_000] as [Int64])
    func relative(value: Int64) throws {
        let one = histogram([value])
        #expect(one.microseconds(at: 50) == UInt64(value) && one.most == UInt64(value))
        let bucket = try #require(one.buckets.first)
        #expect(bucket.range.contains(UInt64(value)) && bucket.count == 1 && one.buckets.count == 1)
        #expect(Double(bucket.range.count) <= max(1, Double(value) / 1000))
    }

    @Test("buckets stand one behind the other without a gap")
    func gapless() {
        let all = histogram((0..<40).flatMap { [Int64(1) << $0, (Int64(1) << $0) - 1, (Int64(1) << $0) + 1] })
        let ranges = all.buckets.map(\.range)
        for (a, b) in zip(ranges, ranges.dropFirst()) { #expect(a.upperBound < b.lowerBound) }
    }

    @Test("what is longer than an hour counts as an hour, and what is less than nothing as nothing")
    func bounded() {
        let odd = histogram([-5, .max])
        #expect(odd.microseconds(at: 50) == 0 && odd.most == 3_600_000_000)
    }
}
