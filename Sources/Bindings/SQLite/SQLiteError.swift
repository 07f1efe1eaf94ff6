internal import CSQLite

/// A refusal of SQLite's, with the statement it was about.
package struct SQLiteError: Error, Equatable, Sendable {
    /// The kinds that a caller can do something about.
    package enum Kind: Sendable {
        /// Somebody else holds the database: try again.
        case busy
        /// The disk is full: free some of it.
        case full
        /// The file or its file system may not be written.
        case readOnly
        /// There is no such file, or it is not ours to open.
        case cannotOpen
        /// The file is damaged: restore it.
        case corrupt
        /// The file is something else.
        case notADatabase
        /// The disk failed; what was being written is in doubt.
        case ioError
        /// The row contradicts the schema.
        case constraint
        /// The statement was stopped from outside.
        case interrupted
        case other
    }

    /// SQLite's extended result code.
    package let code: Int32
    package let message: String
    /// The statement, without its values; nil when there was none.
    package let sql: String?

    package init(code: Int32, message: String, sql: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
    }

    package var kind: Kind {
        switch code & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
        case SQLITE_FULL: .full
        case SQLITE_READONLY: .readOnly
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
        case SQLITE_CORRUPT: .corrupt
        case SQLITE_NOTADB: .notADatabase
        case SQLITE_IOERR: .ioError
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_INTERRUPT: .interrupted
        default: .other
        }
    }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String {
        let place = sql.map { ", in: \($0.onOneLine.prefix(300))" } ?? ""
        return "SQLite: \(message.onOneLine) (code \(code))\(place)"
    }
}

extension String {
    /// Statements are written over several lines; a complaint is one.
    fileprivate var onOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
