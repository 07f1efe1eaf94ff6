package import System

/// The simulated WeCom's clock: the real one, until somebody turns it on. What lives for hours or days can so be seen to
/// end without waiting for it.
package final class SimulatedClock: Sendable {
    private let ahead = Lock(Duration.zero)

    package init() {}

    package var now: MonotonicTime { MonotonicTime.now.advanced(by: ahead.withLock { $0 }) }
    package var wall: Timestamp { Timestamp.now.advanced(by: ahead.withLock { $0 }) }

    package func advance(by duration: Duration) { ahead.withLock { $0 += duration } }
}
