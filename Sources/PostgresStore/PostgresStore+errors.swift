import PostgreSQL
import Router
import System

extension PostgresError: StoreError {
    package var mayPass: Bool {
        switch kind {
        case .again, .disconnected, .ambiguous, .late, .full, .sick, .refused: true
        case .mistaken: false
        }
    }
}

extension AcceptHealth {
    convenience init() { self.init(reading: News.init) }
}

extension AcceptHealth.News {
    /// A key that is taken is the caller's mistake, and a store that is closed is so on purpose.
    fileprivate init?(_ error: any Error) {
        if error is KeyIsTaken || error as? DatabaseUnavailable == .closed { return nil }
        guard let error = error as? PostgresError else {
            self.init(error is UnreadableRow ? .damage : .other, "a message was not accepted: \(error)")
            return
        }
        switch error.kind {
        case .full: self.init(.disk, "the database has no room: \(error.message)")
        case .again, .disconnected, .ambiguous, .late, .sick, .mistaken, .refused:
            self.init(.other, "a message was not accepted: \(error.message)")
        }
    }
}
