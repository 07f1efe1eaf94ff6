import Simulator
import System

/// The moments at which something was said to each app. What an app sends is told with the time since the last of them before it.
struct SpokenMoments: Sendable {
    private let moments = Lock<[FakeApp.Identity: [MonotonicTime]]>([:])
    /// Those before are of no use: whoever is answered so late has said as much since.
    private static let most = 100

    func note(_ app: FakeApp.Identity, at moment: MonotonicTime = .now) {
        moments.withLock { moments in
            moments[app, default: []] = moments[app, default: []].suffix(SpokenMoments.most - 1) + [moment]
        }
    }

    /// The time between what was last said to an app before `moment` and then; nil if nothing was.
    func wait(of app: FakeApp.Identity, until moment: MonotonicTime) -> Duration? {
        moments.withLock { $0[app]?.last { $0 <= moment } }.map { moment.since($0) }
    }
}
