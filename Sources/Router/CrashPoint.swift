import System

/// The instants at which a crash is the most likely to do harm, for `scripts/crash-test` to choose.
///
/// A debug build that is started with `WECOM_ROUTER_CRASH_AT=after-send:3` kills itself, as `kill -9` would, the third time
/// it comes by that place. A release knows nothing of it.
package enum CrashPoint: String, Sendable {
    /// The message is written, and not yet committed.
    case beforeCommit = "before-commit"
    /// The message is on disk, and WeCom has no 200.
    case afterCommit = "after-commit"
    /// A file that a person sent is on disk, and there is no note of it.
    case afterFetch = "after-fetch"
    /// Jobs are leased, and no turn of theirs has begun.
    case inClaim = "in-claim"
    /// The agent has answered, and nothing of it is stored.
    case midTurn = "mid-turn"
    /// WeCom has taken a file, and there is no note of what it calls it.
    case afterUpload = "after-upload"
    /// WeCom has taken a message, and there is no note of it.
    case afterSend = "after-send"
    /// A backup is whole, and has not got its name.
    case inBackup = "in-backup"
    /// What is restored is whole beside the store, which is as it was.
    case inRestore = "in-restore"
    /// The store is settled and has its second name, and what is restored has not got its own.
    case beforeRestored = "before-restored"

    #if DEBUG
    private struct Order {
        let point: CrashPoint
        let count: Int

        init?(_ text: String) {
            let words = text.split(separator: ":", omittingEmptySubsequences: false)  // short: for our tests
            guard words.count == 2, let point = CrashPoint(rawValue: String(words[0])), let count = Int(words[1]),
                count > 0
            else { return nil }
            self.point = point
            self.count = count
        }
    }

    private static let order: Order? = Process.environment["WECOM_ROUTER_CRASH_AT"].map { text in
        guard let order = Order(text) else {
            preconditionFailure("WECOM_ROUTER_CRASH_AT is a point and a count, as in after-send:3, and not \(text)")
        }
        return order
    }
    private static let reached = Lock(0)

    /// Does not return if it is here that the process is to crash.
    package static func reach(_ point: CrashPoint) {
        guard let order, order.point == point else { return }
        let count = reached.withLock { count in
            count += 1
            return count
        }
        if count >= order.count { Process.killNow() }
    }
    #else
    /// Does nothing: only debug builds crash.
    @inlinable package static func reach(_ point: CrashPoint) {}
    #endif
}
