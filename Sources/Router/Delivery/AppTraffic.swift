package import System

/// The traffic of each app in this process: how much of it is on its way, and whether it pauses.
///
/// When a pause is over one delivery goes, to see; the others follow once WeCom has taken one. An app that is given a limit
/// while we run is counted from then on.
///
/// Per process: several over one store would need its pauses and counts in that store, or each a share of every limit.
package final class AppTraffic: Sendable {
    private struct Pause {
        var length: Duration
        var until: Timestamp
    }

    private struct State {
        var inFlight: [Endpoint: Int] = [:]
        var pauses: [Endpoint: Pause] = [:]
        var windows: [Endpoint: SendWindow] = [:]
    }

    private let state = Lock(State())

    package init() {}

    /// Counts what went out before we started, for the apps that have a limit.
    package func recall(_ sends: [Endpoint: [Timestamp]], _ serving: Serving) {
        state.withLock { state in
            for (app, times) in sends where serving.sendLimits[app] != nil {
                for time in times { state.windows[app, default: SendWindow()].note(at: time) }
            }
        }
    }

    /// The rules for claiming at `now` with so many of `places` free. An eighth is for apps that have nothing on its way, and
    /// an app whose API hangs holds no more than three quarters.
    package func rules(
        free: Int, of places: Int, at now: Timestamp, elsewhere: Set<Endpoint> = [], _ serving: Serving
    ) -> DeliveryRules {
        state.withLock { state in
            var limits = state.pauses.mapValues { now < $0.until ? 0 : 1 }
            for (app, sendLimits) in serving.sendLimits {
                let room = state.windows[app, default: SendWindow()].room(within: sendLimits, at: now)
                // Those on their way are counted already.
                if room < places { limits[app] = min(limits[app] ?? .max, room + state.inFlight[app, default: 0]) }
            }
            for dormant in serving.directory.dormant { limits[dormant.app.endpoint] = 0 }
            var rules = DeliveryRules(
                limit: free, reserved: places / 8, inFlight: state.inFlight, limitPerApp: max(1, places / 4 * 3),
                limits: limits, memberLimits: serving.memberLimits)
            rules.elsewhere = elsewhere
            return rules
        }
    }

    package func began(_ app: Endpoint, at now: Timestamp, _ serving: Serving) {
        state.withLock { state in
            state.inFlight[app, default: 0] += 1
            if serving.sendLimits[app] != nil { state.windows[app, default: SendWindow()].note(at: now) }
        }
    }

    package func ended(_ app: Endpoint) {
        state.withLock { state in
            let left = state.inFlight[app, default: 1] - 1
            state.inFlight[app] = left > 0 ? left : nil
        }
    }

    /// Begins a pause, or finds the one that another delivery began: until when it lasts, and how long it is if it is new.
    package func pause(_ app: Endpoint, _ pause: AppPause, at now: Timestamp) -> (until: Timestamp, new: Duration?) {
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
    package func resume(_ app: Endpoint) -> Bool { state.withLock { $0.pauses.removeValue(forKey: app) != nil } }
}
