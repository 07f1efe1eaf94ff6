internal import CSQLite

extension Connection {
    /// Copies the whole database into `target`, an empty one, from the state that it is in now: whatever others write meanwhile is
    /// not in it and does not wait. So many pages are copied at a time; `meanwhile` is told how many of how many are there.
    ///
    /// Until it ends the write-ahead log is carried over only as far as that state.
    package func copy(
        into target: borrowing Connection, pages: Int = 256, meanwhile: (_ done: Int, _ all: Int) throws -> Void
    ) throws {
        try run("BEGIN")
        defer { rollBack() }
        // A transaction has its state from the first read on.
        _ = try first("SELECT count(*) FROM sqlite_schema") { $0.int(0) }
        guard let backup = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw target.error(in: nil)
        }
        let stepped = Result {
            while unsafe sqlite3_backup_step(backup, Int32(clamping: pages)) == SQLITE_OK {
                let all = unsafe Int(sqlite3_backup_pagecount(backup))
                try meanwhile(all - (unsafe Int(sqlite3_backup_remaining(backup))), all)
            }
        }
        let isWhole = unsafe sqlite3_backup_remaining(backup) == 0 && sqlite3_backup_pagecount(backup) > 0
        // Has the code of the last step, unless that was the last there is.
        let ended = unsafe sqlite3_backup_finish(backup)
        try stepped.get()
        guard ended == SQLITE_OK, isWhole else { throw target.error(in: nil) }
    }

    /// Makes the database one file that needs no other beside it; nobody else may have it open.
    package func leaveWriteAheadLog() throws {
        let mode = try first("PRAGMA journal_mode = DELETE") { $0.text(0) }
        guard mode == "delete" else { throw SQLiteError(code: SQLITE_BUSY, message: "somebody else has the file open") }
    }

    /// Carries the whole write-ahead log over into the file and empties it; nobody else may have the file open.
    package func emptyWriteAheadLog() throws(SQLiteError) {
        guard try checkpoint(.truncate).isComplete else {
            throw SQLiteError(code: SQLITE_BUSY, message: "somebody else has the file open")
        }
    }

    /// The things that are wrong with the file, at most twenty; none with an intact one. Reads all of it, indexes as well.
    package func damages() throws -> [String] {
        try all("PRAGMA integrity_check(20)") { $0.text(0) }.filter { $0 != "ok" }
    }
}
