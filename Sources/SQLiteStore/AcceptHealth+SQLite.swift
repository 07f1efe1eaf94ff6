package import Router
import SQLite
import System

extension AcceptHealth {
    /// The health of accepting into a file.
    package convenience init() { self.init(reading: News.init) }
}

extension AcceptHealth.News {
    /// Nil of a file that has gone, which can be seen without a message; of a key that is taken, which is the caller's mistake; and of
    /// a store that was closed on purpose.
    fileprivate init?(_ error: any Error) {
        if error is FileDisplaced || error is KeyIsTaken || error as? DatabaseUnavailable == .closed { return nil }
        guard let error = error as? SQLiteError else {
            self.init(error is UnreadableRow ? .damage : .other, "a message was not accepted: \(error)")
            return
        }
        switch error.kind {
        case .corrupt, .notADatabase:
            self.init(.damage, "the store is damaged (\(error.message)): restore it from a copy")
        case .full, .ioError, .readOnly: self.init(.disk, "the store's disk refuses to write: \(error.message)")
        case .busy, .cannotOpen, .constraint, .interrupted, .other:
            self.init(.other, "a message was not accepted: \(error.message)")
        }
    }
}
