import System

/// The answers of one bot that are shown over its connection while they are written. Each takes a task that looks once a second.
final class BotShows: Sendable {
    private let count = Lock(0)

    /// Answers beyond these are sent whole.
    static let most = 200

    /// False if there are so many already.
    func begin() -> Bool {
        count.withLock { count in
            guard count < BotShows.most else { return false }
            count += 1
            return true
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}
