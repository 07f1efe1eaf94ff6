import System

/// Admits so many a second and no more, counted in whole seconds.
final class RateLimit: Sendable {
    private struct Window {
        var second: Int64 = 0
        var count = 0
    }

    private let perSecond: Int
    private let window = Lock(Window())

    init(perSecond: Int) { self.perSecond = perSecond }

    /// True if it would admit no other now.
    func isUsedUp(at now: MonotonicTime = .now) -> Bool {
        window.withLock { $0.second == now.nanoseconds / 1_000_000_000 && $0.count >= perSecond }
    }

    func allowsOne(at now: MonotonicTime = .now) -> Bool {
        window.withLock { window in
            let second = now.nanoseconds / 1_000_000_000
            if second != window.second { window = Window(second: second) }
            guard window.count < perSecond else { return false }
            window.count += 1
            return true
        }
    }
}
