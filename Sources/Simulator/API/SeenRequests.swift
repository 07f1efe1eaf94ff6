import Crypto
import System

/// The memory of the duplicate check: a digest of each request, until its window has passed.
struct SeenRequests {
    private var windowEnds: [[UInt8]: MonotonicTime] = [:]
    private var nextClearing = 1024

    /// Notes a request. True if one of the same bytes came within its window before.
    mutating func note(_ request: [UInt8], at now: MonotonicTime, for window: Duration) -> Bool {
        var digest = Digest(.sha256)
        digest.update(request)
        let before = windowEnds.updateValue(now.advanced(by: window), forKey: digest.finish())
        if windowEnds.count >= nextClearing { clear(at: now) }
        return before.map { $0 > now } ?? false
    }

    /// Goes through all of them only when they have doubled since the last time.
    private mutating func clear(at now: MonotonicTime) {
        windowEnds = windowEnds.filter { $0.value > now }
        nextClearing = max(1024, 2 * windowEnds.count)
    }
}
