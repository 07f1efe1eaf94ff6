package import HTTP
package import System

/// WeCom's clock, by the `Date` of its answers: they are heard whatever was asked.
package final class WeComClock: Sendable {
    /// The time that WeCom's clock showed, and when by the one of ours that never jumps.
    private struct Sight {
        let date: Timestamp
        let at: MonotonicTime
    }

    private let last = Lock<Sight?>(nil)

    package init() {}

    /// Takes note of an answer's head.
    package func hear(_ headers: HTTPHeaders, at now: MonotonicTime = .now) {
        guard let date = headers["Date"].flatMap({ Timestamp(httpDate: $0) }) else { return }
        last.withLock { $0 = Sight(date: date, at: now) }
    }

    /// Measures how far `ours`, the time by our wall clock, is ahead of WeCom's; nil before WeCom has answered. A clock
    /// that is set shows at once, without another answer.
    package func lead(of ours: Timestamp = .now, at now: MonotonicTime = .now) -> Duration? {
        last.withLock { $0 }.map { ours.since($0.date.advanced(by: now.since($0.at))) }
    }

    /// Measures the time since WeCom's last answer; nil before the first.
    package func age(at now: MonotonicTime = .now) -> Duration? { last.withLock { $0 }.map { now.since($0.at) } }
}

extension WeComClient {
    /// Asks WeCom for the head of an answer, whatever it says, for the sake of its `Date`.
    package func askForDate() async {
        _ = try? await wire.response(to: HTTPRequest(.get, "\(credentials.apiBaseURL)/"))
    }
}
