internal import CSQLite

/// One connection to a database file, used by one thread at a time.
///
/// Statements are literals and stay prepared for as long as the connection lives; values only ever go in by binding.
@safe package struct Connection: ~Copyable {
    /// The access that a connection has to its file.
    package enum Access: Sendable { case readOnly, readWrite, create }

    let handle: OpaquePointer
    let statements: StatementCache

    /// Opens `path` as it is. Whether it is a database shows at the first statement.
    package init(to path: String, _ access: Access) throws(SQLiteError) {
        let handle = unsafe try Connection.open(path, access)
        unsafe self.handle = handle
        unsafe statements = StatementCache(of: handle)
    }

    deinit {
        statements.finalizeAll()
        unsafe sqlite3_close_v2(handle)
    }

    private static func open(_ path: String, _ access: Access) throws(SQLiteError) -> OpaquePointer {
        _ = library
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, access.flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle = unsafe handle else {
            let message = unsafe handle.map { unsafe String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            let extended = unsafe handle.map { unsafe sqlite3_extended_errcode($0) } ?? code
            unsafe sqlite3_close_v2(handle)
            throw SQLiteError(code: extended, message: "\(message): \(path)")
        }
        unsafe sqlite3_extended_result_codes(handle, 1)
        return unsafe handle
    }
}

extension Connection {
    /// Runs a script of several statements without values: migrations and settings.
    package func execute(_ script: String) throws(SQLiteError) {
        guard unsafe sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else { throw error(in: script) }
    }

    /// The row number of the last insert here that made a row.
    package var lastRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

    /// The number of rows that were ever changed here, also by what was undone.
    var changes: Int64 { unsafe sqlite3_total_changes64(handle) }

    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Undoes the transaction, unless SQLite has done so already.
    func rollBack() {
        if isInTransaction { _ = try? run("ROLLBACK") }
    }

    /// Sets how long a statement waits for a lock that somebody else holds.
    package func waitForLocks(atMost limit: Duration) {
        unsafe sqlite3_busy_timeout(
            handle,
            Int32(
                clamping: limit.components.seconds * 1000
                    + limit.components.attoseconds / 1_000_000_000_000_000
            )
        )
    }

    /// The error of the last call.
    func error(in sql: String?) -> SQLiteError {
        unsafe SQLiteError(
            code: sqlite3_extended_errcode(handle),
            message: String(cString: sqlite3_errmsg(handle)),
            sql: sql
        )
    }
}

extension Connection.Access {
    fileprivate var flags: Int32 {
        switch self {
        case .readOnly: SQLITE_OPEN_READONLY
        case .readWrite: SQLITE_OPEN_READWRITE
        case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        }
    }
}

/// Set once for the process, before its first connection.
private let library: Void = {
    _ = csqlite_disable_memory_statistics()
    sqlite3_initialize()
}()
