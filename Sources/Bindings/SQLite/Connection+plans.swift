internal import CSQLite

/// SQLite's plan of a statement, in its own words.
package struct StatementPlan: Sendable {
    package let sql: String
    /// `SEARCH … USING INDEX …`, `SCAN …`, `USE TEMP B-TREE …`.
    package let steps: [String]
}

extension Connection {
    /// The plans of all statements that were used here so far: that none reads a table from end to end is a promise
    /// that can be tested by them.
    package func plans() throws(SQLiteError) -> [StatementPlan] {
        var plans: [StatementPlan] = []
        for sql in statements.texts
        where !["BEGIN", "COMMI", "ROLLB", "PRAGM", "SAVEP", "RELEA"].contains(sql.prefix(5)) {
            plans.append(StatementPlan(sql: sql, steps: try plan(of: sql)))
        }
        return plans
    }

    private func plan(of sql: String) throws(SQLiteError) -> [String] {
        var statement: OpaquePointer?
        guard unsafe sqlite3_prepare_v2(handle, "EXPLAIN QUERY PLAN " + sql, -1, &statement, nil) == SQLITE_OK else {
            throw error(in: sql)
        }
        defer { unsafe sqlite3_finalize(statement) }
        var steps: [String] = []
        while unsafe sqlite3_step(statement) == SQLITE_ROW {
            if let text = unsafe sqlite3_column_text(statement, 3) { unsafe steps.append(String(cString: text)) }
        }
        return steps
    }
}
