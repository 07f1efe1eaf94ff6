import System

/// The time of a whole stop, shared out: a service gets what is left, but for what is kept for those that stop after it.
struct StopPlan: Sendable {
    /// The time that one service may use.
    struct Share: Sendable, Equatable {
        /// The moment by which it is to have finished its work.
        let deadline: MonotonicTime
        /// The moment from which nobody waits for it any more.
        let end: MonotonicTime
    }

    /// The moment at which the stop is over, whatever is left.
    let end: MonotonicTime

    /// The share of a service that is told to stop `now`. `later` is kept for those that stop after it.
    func share(of service: StopTime, at now: MonotonicTime, keeping later: Duration) -> Share {
        let end = max(now, end.advanced(by: .zero - later))
        let deadline = min(now.advanced(by: service.grace), end.advanced(by: .zero - service.reserve))
        return Share(deadline: max(now, deadline), end: end)
    }
}

/// The time that a service needs of a stop.
package struct StopTime: Sendable {
    /// The time for which it may go on with its work, as far as there is any.
    let grace: Duration
    /// The time that is kept for it whatever others take: to give up unfinished work, and to end.
    let reserve: Duration

    package init(grace: Duration, reserve: Duration = .zero) {
        self.grace = grace
        self.reserve = reserve
    }
}
