package import System

/// A service's line to the group that runs it.
package final class ServiceLife: Sendable {
    private let started = Signpost()
    private let stop = Signpost()
    private let deadline = Lock<MonotonicTime?>(nil)

    package init() {}

    /// The next service may start now.
    package func hasStarted() { started.reach() }

    /// Returns when the service is to stop.
    package func untilToldToStop() async { await stop.wait() }

    /// Calls `body` when the service is to stop.
    package func whenToldToStop(_ body: @escaping @Sendable () -> Void) { stop.whenReached(body) }

    /// Waits so long at most, less when the service is told to stop; whether it is.
    package func isToldToStop(within limit: Duration) async -> Bool { await stop.isReached(within: limit) }

    package var isToldToStop: Bool { stop.isReached }

    /// The moment at which unfinished work is given up; nil until the service is told to stop.
    package var stopDeadline: MonotonicTime? { deadline.withLock { $0 } }

    func untilStarted() async { await started.wait() }

    package func tellToStop(by moment: MonotonicTime) {
        deadline.withLock { $0 = moment }
        stop.reach()
    }
}
