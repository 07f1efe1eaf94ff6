/// The limits of a turn: how long it may take, how long it may be silent, and how long its agent has to end when it is
/// stopped.
package struct TurnLimits: Sendable, Equatable {
    package var total: Duration
    package var idle: Duration
    /// An agent that has not ended so long after its task was cancelled is abandoned: its place is needed.
    package var grace = Duration.seconds(30)
    /// The same when the server goes down: `drain_timeout` was its time, and a container is not waited for much longer.
    package var graceAtDrain = Duration.milliseconds(150)

    package init(total: Duration = .seconds(45 * 60), idle: Duration = .seconds(10 * 60)) {
        self.total = total
        self.idle = idle
    }
}
