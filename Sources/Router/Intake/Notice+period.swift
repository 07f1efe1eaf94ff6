import System

extension Notice {
    /// True if somebody who heard it at `last` is not to hear it again at `now`.
    func isTooSoon(after last: Timestamp, at now: Timestamp) -> Bool {
        guard isAnswer else { return now.since(last) < atMostOncePer }
        return now.dayInChina - last.dayInChina < max(1, atMostOncePer.components.seconds / Timestamp.secondsOfDay)
    }
}

extension Timestamp {
    fileprivate static let secondsOfDay: Int64 = 24 * 3600

    /// The number of the day in China, by which WeCom counts the visits that it tells of.
    fileprivate var dayInChina: Int64 { (seconds + 8 * 3600) / Timestamp.secondsOfDay }
}
