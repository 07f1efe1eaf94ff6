internal import CSQLite
package import System

/// Whole rows, for carrying them to another engine. The names in these statements are literals, as all are.
extension Connection {
    /// The rows behind a key, in the order of the keys; from the first on where there is none.
    package func rows(
        of table: TableShape, behind key: [ColumnValue]?, atMost limit: Int
    ) throws(SQLiteError) -> [[ColumnValue]] {
        let keys = table.keyNames.joined(separator: ", ")
        let places = (1...table.keys).map { "?\($0)" }.joined(separator: ", ")
        let condition = key == nil ? "" : "WHERE (\(keys)) > (\(places)) "
        return try rows(
            "SELECT \(table.names) FROM \(table.name) \(condition)ORDER BY \(keys) LIMIT \(limit)", key ?? [], table)
    }

    /// The last row by its key.
    package func lastRow(of table: TableShape) throws(SQLiteError) -> [ColumnValue]? {
        let order = table.keyNames.map { "\($0) DESC" }.joined(separator: ", ")
        return try rows("SELECT \(table.names) FROM \(table.name) ORDER BY \(order) LIMIT 1", [], table).first
    }

    package func count(of table: TableShape) throws(SQLiteError) -> Int {
        let statement = try Statement("SELECT count(*) FROM \(table.name)", on: self)
        return try statement.step(on: self) ? statement.row.int(0) : 0
    }

    package func add(_ rows: [[ColumnValue]], to table: TableShape) throws(SQLiteError) {
        let places = (1...table.columns.count).map { "?\($0)" }.joined(separator: ", ")
        let statement = try Statement("INSERT INTO \(table.name) (\(table.names)) VALUES (\(places))", on: self)
        for row in rows {
            try statement.bind(row, on: self)
            while try statement.step(on: self) {}
        }
    }

    private func rows(
        _ sql: String, _ values: [ColumnValue], _ table: TableShape
    ) throws(SQLiteError) -> [[ColumnValue]] {
        let statement = try Statement(sql, on: self)
        try statement.bind(values, on: self)
        var rows: [[ColumnValue]] = []
        while try statement.step(on: self) {
            let row = statement.row
            rows.append(table.columns.enumerated().map { index, column in row.value(index, column.kind) })
        }
        return rows
    }

    /// A statement that is used for a moment and frees itself.
    @safe private struct Statement: ~Copyable {
        private let handle: OpaquePointer
        private let sql: String

        init(_ sql: String, on connection: borrowing Connection) throws(SQLiteError) {
            var handle: OpaquePointer?
            guard unsafe sqlite3_prepare_v2(connection.handle, sql, -1, &handle, nil) == SQLITE_OK,
                let handle = unsafe handle
            else { throw connection.error(in: sql) }
            unsafe self.handle = handle
            self.sql = sql
        }

        deinit { unsafe sqlite3_finalize(handle) }

        var row: Row { unsafe Row(of: handle) }

        func bind(_ values: [ColumnValue], on connection: borrowing Connection) throws(SQLiteError) {
            unsafe sqlite3_reset(handle)
            for (index, value) in values.enumerated() {
                let bound = unsafe value.bind(to: Parameter(statement: handle, index: Int32(index + 1)))
                guard bound.code == SQLITE_OK else { throw connection.error(in: sql) }
            }
        }

        func step(on connection: borrowing Connection) throws(SQLiteError) -> Bool {
            switch unsafe sqlite3_step(handle) {
            case SQLITE_ROW: return true
            case SQLITE_DONE: return false
            default: throw connection.error(in: sql)
            }
        }
    }
}

extension ColumnValue: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound {
        switch self {
        case .null: parameter.setNull()
        case .integer(let number): parameter.set(number)
        case .text(let text): parameter.set(text)
        case .bytes(let bytes): parameter.set(bytes)
        }
    }
}

extension Row {
    fileprivate func value(_ column: Int, _ kind: TableShape.Column.Kind) -> ColumnValue {
        if isNull(column) { return .null }
        switch kind {
        case .integer, .boolean: return .integer(int64(column))
        case .text: return .text(text(column))
        case .bytes: return .bytes(bytes(column))
        }
    }
}
