/// How long a turn may take, and how long it may be silent.
package struct TurnLimits: Sendable, Equatable {
    package var total: Duration
    package var idle: Duration

    package init(total: Duration = .seconds(45 * 60), idle: Duration = .seconds(10 * 60)) {
        self.total = total
        self.idle = idle
    }
}
