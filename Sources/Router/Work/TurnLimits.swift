/// The limits of a turn: how long it may take, how long it may be silent, and how long its agent has to end when it is
/// stopped.
package struct TurnLimits: Sendable, Equatable {
    /// The moment from which a silence counts.
    package enum SilenceStart: Sendable, Equatable {
        /// The turn's beginning: the agent can always say that it lives.
        case beginning
        /// The agent's first sign of life: it may have no way to give one before its answer.
        case firstSign
    }

    package var total: Duration
    /// The longest silence; nil for any.
    package var idle: Duration?
    package var idleFrom = SilenceStart.beginning
    /// An agent that has not ended so long after its task was cancelled is abandoned: its place is needed.
    package var grace = Duration.seconds(30)
    /// The same when the server goes down: `drain_timeout` was its time, and a container is not waited for much longer.
    package var graceAtDrain = Duration.milliseconds(150)

    package init(
        total: Duration = .seconds(45 * 60), idle: Duration? = TurnLimits.quietWork,
        from start: SilenceStart = .beginning
    ) {
        self.total = total
        self.idle = idle
        idleFrom = start
    }

    /// Agents work for half an hour, and one call of a tool may take all of it in silence.
    package static let quietWork = Duration.seconds(35 * 60)
}
