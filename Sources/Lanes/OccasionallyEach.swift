import System

/// Lets something be told once in a while of each of a few: the apps of the configuration.
final class OccasionallyEach: Sendable {
    private let interval: Duration
    private let each = Lock<[String: Occasionally]>([:])

    init(every interval: Duration) { self.interval = interval }

    /// Counts one of `name`; the count so far if it is time to tell.
    func tell(of name: String, at now: MonotonicTime = .now) -> Int? {
        let occasionally = each.withLock { each in
            if let known = each[name] { return known }
            let new = Occasionally(every: interval)
            each[name] = new
            return new
        }
        return occasionally.tell(at: now)
    }
}
