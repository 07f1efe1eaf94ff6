package import System

/// What couriers know of each app: how much of it is on its way, and whether it pauses.
///
/// When a pause is over one delivery goes, to see; the others follow once WeCom has taken one.
package final class AppTraffic: Sendable {
    private struct Pause {
        var length: Duration
        var until: Timestamp
    }

    private struct State {
        var inFlight: [AppKey: Int] = [:]
        var pauses: [AppKey: Pause] = [:]
    }

    private let state = Lock(State())

    package init() {}

    /// What may be claimed at `now` with so many of `places` free. An eighth is for apps that have nothing on its way, and
    /// an app whose API hangs holds no more than three quarters.
    package func rules(free: Int, of places: Int, at now: Timestamp) -> DeliveryRules {
        state.withLock { state in
            DeliveryRules(
                limit: free, reserved: places / 8, inFlight: state.inFlight, limitPerApp: max(1, places / 4 * 3),
                limits: state.pauses.mapValues { now < $0.until ? 0 : 1 })
        }
    }

    package func began(_ app: AppKey) { state.withLock { $0.inFlight[app, default: 0] += 1 } }

    package func ended(_ app: AppKey) {
        state.withLock { state in
            let left = state.inFlight[app, default: 1] - 1
            state.inFlight[app] = left > 0 ? left : nil
        }
    }

    /// Begins a pause, or finds the one that another delivery began: until when it lasts, and how long it is if it is new.
    package func pause(_ app: AppKey, _ pause: AppPause, at now: Timestamp) -> (until: Timestamp, new: Duration?) {
        state.withLock { state in
            let last = state.pauses[app]
            if let last, now < last.until { return (last.until, nil) }
            let length = last.map { min($0.length * 2, pause.longest) } ?? pause.first
            let until = now.advanced(by: length)
            state.pauses[app] = Pause(length: length, until: until)
            return (until, length)
        }
    }

    /// WeCom took something: whether that ends a pause.
    package func resume(_ app: AppKey) -> Bool { state.withLock { $0.pauses.removeValue(forKey: app) != nil } }
}
