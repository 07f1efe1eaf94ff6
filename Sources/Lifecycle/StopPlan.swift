import System

/// The time of a whole stop, shared out: a service gets what is left, but for what is kept for those that stop after it.
struct StopPlan: Sendable {
    /// What one service may use.
    struct Share: Sendable, Equatable {
        /// When it is to have finished what it holds.
        let deadline: MonotonicTime
        /// When it is no longer waited for.
        let end: MonotonicTime
    }

    /// When the stop is over, whatever is left.
    let end: MonotonicTime

    /// The share of a service that is told to stop `now`. `later` is kept for those that stop after it.
    func share(of service: StopTime, at now: MonotonicTime, keeping later: Duration) -> Share {
        let end = max(now, end.advanced(by: .zero - later))
        let deadline = min(now.advanced(by: service.grace), end.advanced(by: .zero - service.reserve))
        return Share(deadline: max(now, deadline), end: end)
    }
}

/// What a service needs of the time of a stop.
package struct StopTime: Sendable {
    /// So long it may go on with what it holds, where there is time.
    let grace: Duration
    /// So much is kept for it whatever others take: to give up what it has not finished, and to end.
    let reserve: Duration

    package init(grace: Duration, reserve: Duration = .zero) {
        self.grace = grace
        self.reserve = reserve
    }
}
