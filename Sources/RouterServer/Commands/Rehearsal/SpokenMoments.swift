import Router
import System

/// The moments at which something was said to each app or bot. What it sends is told with the time since the last of them
/// before it.
struct SpokenMoments: Sendable {
    private let moments = Lock<[Endpoint: [MonotonicTime]]>([:])
    /// Those before are of no use: whoever is answered so late has said as much since.
    private static let most = 100

    func note(_ endpoint: Endpoint, at moment: MonotonicTime = .now) {
        moments.withLock { moments in
            moments[endpoint, default: []] = moments[endpoint, default: []].suffix(SpokenMoments.most - 1) + [moment]
        }
    }

    /// The time between what was last said to it before `moment` and then; nil if nothing was.
    func wait(of endpoint: Endpoint, until moment: MonotonicTime) -> Duration? {
        moments.withLock { $0[endpoint]?.last { $0 <= moment } }.map { moment.since($0) }
    }
}
