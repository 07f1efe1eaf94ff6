package import System

/// The simulated WeCom's clock: the real one, until somebody turns it on. What lives for hours or days can so be seen to
/// end without waiting for it.
package final class SimulatedClock: Sendable {
    private let ahead = Lock(Duration.zero)

    package init() {}

    package var now: MonotonicTime { MonotonicTime.now.advanced(by: ahead.withLock { $0 }) }
    package var wall: Timestamp { Timestamp.now.advanced(by: ahead.withLock { $0 }) }

    /// The time by which it is ahead of the real one.
    package var lead: Duration { ahead.withLock { $0 } }

    package func setLead(_ duration: Duration) { ahead.withLock { $0 = duration } }

    package func advance(by duration: Duration) { ahead.withLock { $0 += duration } }
}
