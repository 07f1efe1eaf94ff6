import System

/// The number of messages an app may send to all its people together; 0 is any number.
package struct SendLimits: Sendable, Equatable {
    package var perMinute = 0
    package var perHour = 0

    package init() {}

    package var isNone: Bool { perMinute == 0 && perHour == 0 }

    /// The longest time that anything sent counts for.
    package static let window = Duration.seconds(3600)
}

/// The messages that an app has sent lately, counted in steps of a second within the last minute, and of a minute within
/// the last hour.
struct SendWindow {
    private var seconds: [Int64: Int] = [:]
    private var minutes: [Int64: Int] = [:]

    mutating func note(at moment: Timestamp) {
        seconds[moment.seconds, default: 0] += 1
        minutes[moment.seconds / 60, default: 0] += 1
    }

    /// The number that may go besides at `now`.
    mutating func room(within limits: SendLimits, at now: Timestamp) -> Int {
        seconds = seconds.filter { $0.key > now.seconds - 60 }
        minutes = minutes.filter { $0.key > now.seconds / 60 - 60 }
        var room = Int.max
        if limits.perMinute > 0 { room = min(room, limits.perMinute - seconds.values.reduce(0, +)) }
        if limits.perHour > 0 { room = min(room, limits.perHour - minutes.values.reduce(0, +)) }
        return max(0, room)
    }
}
