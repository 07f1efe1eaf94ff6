import System
import WeCom

/// The answers of WeCom, how long each is good for, and when to ask again. It has no clock and no network of its own.
struct Remembered<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    enum Advice {
        case use(Value)
        case ask
        /// Asking failed a moment ago: everybody asking again would make it worse.
        case fail(WeComError)
    }

    private struct Entry: Sendable {
        var value: (Value, at: MonotonicTime)?
        var failure: (WeComError, until: MonotonicTime)?
        /// The number of times that asking has failed since there was an answer.
        var failures = 0
        var touched: MonotonicTime
    }

    /// Past its freshness a value still serves for so long, as long as WeCom cannot be asked.
    static var useful: Duration { .seconds(24 * 3600) }
    /// The time for which a question is not repeated that was refused, and at most one that was not answered.
    static var holdingBack: Duration { .seconds(30) }

    private let fresh: Duration
    private let capacity: Int
    private var entries: [Key: Entry] = [:]

    init(freshFor fresh: Duration, capacity: Int) {
        self.fresh = fresh
        self.capacity = capacity
    }

    var count: Int { entries.count }

    func recall(_ key: Key, at now: MonotonicTime) -> Advice {
        guard let entry = entries[key] else { return .ask }
        if let (value, at) = entry.value, now < at.advanced(by: fresh) { return .use(value) }
        guard let (error, until) = entry.failure, now < until else { return .ask }
        return usable(entry, at: now).map(Advice.use) ?? .fail(error)
    }

    mutating func note(_ value: Value, for key: Key, at now: MonotonicTime) {
        entries[key] = Entry(value: (value, now), touched: now)
        makeRoom()
    }

    /// Notes that asking failed, and returns what will serve in place of an answer, if anything does. A lookup that WeCom
    /// refuses for good clears what was known.
    mutating func note(_ error: WeComError, for key: Key, at now: MonotonicTime) -> Value? {
        var entry = entries[key] ?? Entry(touched: now)
        if !error.isTransient { entry.value = nil }
        entry.failures += 1
        entry.failure = (error, now.advanced(by: Self.holdingBack(after: error, number: entry.failures)))
        entry.touched = now
        entries[key] = entry
        makeRoom()
        return usable(entry, at: now)
    }

    /// The time until a failed question may be asked again: soon after what may have been a hiccup, and longer and longer
    /// if it was none.
    private static func holdingBack(after error: WeComError, number: Int) -> Duration {
        error.isTransient ? min(.seconds(1 << min(number - 1, 5)), holdingBack) : holdingBack
    }

    private func usable(_ entry: Entry, at now: MonotonicTime) -> Value? {
        guard let (value, at) = entry.value, now < at.advanced(by: fresh + Self.useful) else { return nil }
        return value
    }

    /// Drops the oldest eighth at once, so that a full memory is not searched for each newcomer.
    private mutating func makeRoom() {
        guard entries.count > capacity else { return }
        let oldest = entries.map { (key: $0.key, touched: $0.value.touched) }.sorted { $0.touched < $1.touched }
        for entry in oldest.prefix(max(1, capacity / 8)) { entries[entry.key] = nil }
    }
}
