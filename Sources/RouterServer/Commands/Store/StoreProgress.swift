import System

/// A line on a terminal that says how far it is.
final class StoreProgress: Sendable {
    private let shownAt = Lock(MonotonicTime?.none)

    func tell(_ words: @autoclosure () -> String) {
        guard StandardError.isTerminal else { return }
        let isDue = shownAt.withLock { last in
            let now = MonotonicTime.now
            if let last, now.since(last) < .milliseconds(200) { return false }
            last = now
            return true
        }
        if isDue { StandardError.write("\r\u{1B}[K\(words())") }
    }

    func end() {
        if StandardError.isTerminal { StandardError.write("\r\u{1B}[K") }
    }
}
