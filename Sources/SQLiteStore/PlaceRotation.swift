import SQLite
import System

/// A conversation that may be taken, from `queue` or from `outbox`.
struct ReadyPlace {
    let conversation: Int64
    let app: Int64
    let since: Timestamp
}

/// Serves apps round-robin; within an app the conversation that waits longest comes first.
struct PlaceRotation {
    private let nextReady: StaticString
    private var cursor: Int64 = 0

    static let queue = PlaceRotation(
        nextReady: """
            SELECT conv, app, at FROM queue INDEXED BY queue_ready WHERE turn = 1 AND app > ?1 ORDER BY app, at LIMIT 1
            """)
    static let outbox = PlaceRotation(
        nextReady: """
            SELECT conv, app, at FROM outbox INDEXED BY outbox_ready WHERE turn = 1 AND app > ?1 ORDER BY app, at LIMIT 1
            """)

    private init(nextReady: StaticString) { self.nextReady = nextReady }

    /// The next app's longest waiting conversation; after the last app comes the first. Apps that `admits` refuses are
    /// passed over, each once at the most.
    mutating func next(
        in db: borrowing Connection, where admits: (_ app: Int64) throws -> Bool
    ) throws -> ReadyPlace? {
        let start = cursor
        var cursor = start
        var hasWrapped = start == 0
        while true {
            let found = try db.first(nextReady, cursor) {
                ReadyPlace(conversation: $0.int64(0), app: $0.int64(1), since: $0.timestamp(2))
            }
            guard let found, !(hasWrapped && start > 0 && found.app > start) else {
                if hasWrapped { return nil }
                hasWrapped = true
                cursor = 0
                continue
            }
            cursor = found.app
            guard try admits(found.app) else { continue }
            self.cursor = found.app
            return found
        }
    }
}
