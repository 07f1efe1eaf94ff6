import Router
import SQLite
import System

/// The file of a store, for whoever keeps copies of it or looks after it. A server may have it open.
///
/// Everything here blocks.
package struct StoreFile: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// The time to wait for somebody else's lock.
    private static let patience = Duration.seconds(10)

    /// Opens a store that is there: refuses what is none, is not whole, or comes from a newer program.
    func open(_ access: Connection.Access) throws -> Connection {
        guard fileExists(path) else { throw StoreFileRefusal.isAbsent(path) }
        let connection = try Connection(to: path, access)
        connection.waitForLocks(atMost: StoreFile.patience)
        try connection.check(SQLiteStore.schema, at: path)
        guard try connection.first("PRAGMA user_version", read: { $0.int(0) }) ?? 0 > 0 else {
            throw StoreFileRefusal.isEmpty(path)
        }
        if let source = try fillingSource(connection) { throw StoreCopyRefusal.isFilled(from: source) }
        return connection
    }
}

/// The reason why a store's file is not copied or not replaced. Nothing was changed.
package enum StoreFileRefusal: Error, Equatable, Sendable {
    case isAbsent(String)
    case isEmpty(String)
    /// The copy would be its own original.
    case isTheSame(String)
    case isDamaged(String, String)
    /// What a store left beside its file cannot be carried over into it.
    case isUnsettled(String, String)
}

extension StoreFileRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .isAbsent(let path): "\(path) is not there"
        case .isEmpty(let path): "\(path) holds no store"
        case .isTheSame(let path): "\(path) is the store itself: name another file"
        case .isDamaged(let path, let problem): "\(path) is damaged (\(problem)): use another copy"
        case .isUnsettled(let path, let problem):
            "the log beside \(path) cannot be carried over into it (\(problem)): move \(path), \(path)-wal and "
                + "\(path)-shm away together, and try again"
        }
    }
}
