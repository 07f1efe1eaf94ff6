import System
import WeCom

/// The number of calls of one kind that a corp may make before WeCom refuses them until the minute, or the hour, is over.
package struct FakeCallLimits: Sendable {
    package let perMinute: Int
    package let perHour: Int

    package init(perMinute: Int, perHour: Int) {
        self.perMinute = perMinute
        self.perHour = perHour
    }

    /// The limits in WeCom's documentation.
    package static let published = FakeCallLimits(perMinute: 10_000, perHour: 150_000)
    package static let none = FakeCallLimits(perMinute: .max, perHour: .max)
}

/// Counts the calls of corps. Messages have limits of their own.
struct CallRates {
    var limits = FakeCallLimits.published
    private var minutes: [Caller: Window] = [:]
    private var hours: [Caller: Window] = [:]

    private struct Caller: Hashable {
        let corp: CorpID
        let route: Route
    }

    private struct Window {
        var began: MonotonicTime
        var count = 0

        /// Counts a call, unless it is one too many: then false, until the window is over.
        mutating func take(_ most: Int, of length: Duration, at now: MonotonicTime) -> Bool {
            if now.since(began) >= length { self = Window(began: now) }
            guard count < most else { return false }
            count += 1
            return true
        }
    }

    mutating func take(_ route: Route, of corp: CorpID, at now: MonotonicTime) -> Bool {
        guard route != .send, limits.perMinute < .max || limits.perHour < .max else { return true }
        let caller = Caller(corp: corp, route: route)
        guard minutes[caller, default: Window(began: now)].take(limits.perMinute, of: .seconds(60), at: now) else {
            return false
        }
        return hours[caller, default: Window(began: now)].take(limits.perHour, of: .seconds(3600), at: now)
    }
}
