internal import CSQLite

extension Connection {
    /// Runs a statement to its end; the number of rows an `INSERT`, `UPDATE` or `DELETE` has changed.
    @discardableResult
    package func run<each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value
    ) throws(SQLiteError) -> Int {
        let statement = unsafe try bound(sql, repeat each values)
        defer { unsafe release(statement) }
        while unsafe try step(statement, of: sql) {}
        return unsafe Int(sqlite3_changes64(handle))
    }

    /// The first row, as `read` sees it; nil when there is none.
    package func first<Result, each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (borrowing Row) throws -> Result
    ) throws -> Result? {
        let statement = unsafe try bound(sql, repeat each values)
        defer { unsafe release(statement) }
        guard unsafe try step(statement, of: sql) else { return nil }
        let result = unsafe try read(Row(of: statement))
        // An `INSERT … RETURNING` is checked against the schema's deferred promises only here.
        guard unsafe sqlite3_reset(statement) == SQLITE_OK else { throw error(in: sql.description) }
        return result
    }

    /// Every row, as `read` sees it. The bound is the statement's `LIMIT`.
    package func all<Result, each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (borrowing Row) throws -> Result
    ) throws -> [Result] {
        let statement = unsafe try bound(sql, repeat each values)
        defer { unsafe release(statement) }
        var results: [Result] = []
        while unsafe try step(statement, of: sql) { unsafe try results.append(read(Row(of: statement))) }
        return results
    }

    /// The statement with its values in place.
    private func bound<each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value
    ) throws(SQLiteError) -> OpaquePointer {
        guard let entry = statements.entry(for: sql) else { throw error(in: sql.description) }
        precondition(unsafe sqlite3_stmt_busy(entry.statement) == 0, "the statement is still being read: \(sql)")
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            let bound = unsafe value.bind(to: Parameter(statement: entry.statement, index: index))
            guard bound.code == SQLITE_OK else { throw error(in: sql.description) }
        }
        precondition(Int(index) == entry.parameters, "\(index) values for \(entry.parameters) in: \(sql)")
        return unsafe entry.statement
    }

    /// Goes to the next row; false at the end.
    private func step(_ statement: OpaquePointer, of sql: StaticString) throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw error(in: sql.description)
        }
    }

    /// Ends the statement's hold on the database and drops its copies of the values.
    private func release(_ statement: OpaquePointer) {
        unsafe sqlite3_reset(statement)
        unsafe sqlite3_clear_bindings(statement)
    }
}
