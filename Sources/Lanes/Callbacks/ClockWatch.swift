package import Observability
import System
package import WeCom

/// Tells a clock of ours that is wrong from a message that is old: both are refused for their age.
///
/// WeCom's clock decides. Nobody else can make us ask it more than once a minute, and no message by itself says anything.
package final class ClockWatch: Sendable {
    private struct State {
        /// Genuine callbacks have been refused because of our clock, which has not been set right since.
        var isRefusing = false
        var isAsking = false
        var askedAt: MonotonicTime?
    }

    private let clock: WeComClock
    private let maxAge: @Sendable () -> Duration?
    private let ask: @Sendable () async -> Void
    private let log: Logger
    private let state = Lock(State())
    private let warnings = Occasionally(every: .seconds(3600))

    /// A clock that is further off is wrong. `Date` has whole seconds, and an answer may be under way for half of this.
    package static let tolerance = Duration.seconds(60)
    /// The age from which WeCom's clock is asked for again before anybody is accused.
    private static let freshness = Duration.seconds(60)

    /// `maxAge` says by what age messages are refused; nil where none is. `ask` has WeCom answer something.
    package init(
        _ clock: WeComClock, maxAge: @escaping @Sendable () -> Duration?, log: Logger,
        ask: @escaping @Sendable () async -> Void
    ) {
        self.clock = clock
        self.maxAge = maxAge
        self.ask = ask
        self.log = log
    }

    /// A callback with a right signature was refused, since it is `age` old by our clock.
    func noteTooOld(_ age: Duration) {
        // Unstructured: the callback is answered meanwhile.
        Task { await judge(age) }
    }

    func judge(_ age: Duration) async {
        await hearIfStale()
        guard let maxAge = maxAge(), let lead = clock.lead(), lead > ClockWatch.tolerance, age - lead <= maxAge else {
            return
        }
        let isNews = state.withLock { state in
            defer { state.isRefusing = true }
            return !state.isRefusing
        }
        if isNews { log.error("genuine callbacks are refused: \(ClockWatch.words(for: lead)); set the clock") }
    }

    /// Asks WeCom if it was not heard lately, one at a time and once a minute at most.
    private func hearIfStale(at now: MonotonicTime = .now) async {
        if let age = clock.age(at: now), age < ClockWatch.freshness { return }
        let mayAsk = state.withLock { state in
            if state.isAsking { return false }
            if let askedAt = state.askedAt, now.since(askedAt) < ClockWatch.freshness { return false }
            (state.isAsking, state.askedAt) = (true, now)
            return true
        }
        guard mayAsk else { return }
        await ask()
        state.withLock { $0.isAsking = false }
    }

    /// The reason why genuine callbacks are refused; nil once our clock is right.
    package var complaint: String? {
        guard state.withLock({ $0.isRefusing }), let lead = clock.lead() else { return nil }
        if lead <= ClockWatch.tolerance {
            state.withLock { $0.isRefusing = false }
            return nil
        }
        return "\(ClockWatch.words(for: lead)), and callbacks are refused as too old: set the clock"
    }

    /// To be called now and then: warns once an hour of a clock that is off, and asks again while it does harm.
    package func look() async {
        if complaint != nil { await hearIfStale() }
        guard let lead = clock.lead(), let age = clock.age(), age < .seconds(3600),
            max(lead, .zero - lead) > ClockWatch.tolerance, warnings.tell() != nil
        else { return }
        log.warning("\(ClockWatch.words(for: lead)): set the clock, or have NTP do so")
    }

    /// Says how far our clock is off.
    package static func words(for lead: Duration) -> String {
        let seconds = lead.components.seconds
        return "our clock is \(seconds.magnitude) s \(seconds < 0 ? "behind" : "ahead of") WeCom's"
    }
}
