internal import CLibPQ
package import System

/// Whole rows, for carrying them to another engine. The names in these statements are literals, as all are.
extension Connection {
    /// The rows behind a key, in the order of the keys' bytes; from the first on where there is none.
    package func rows(
        of table: TableShape, behind key: [ColumnValue]?, atMost limit: Int
    ) throws(PostgresError) -> [[ColumnValue]] {
        let keys = table.order
        let places = (1...table.keys).map { "$\($0)" }.joined(separator: ", ")
        let condition = key == nil ? "" : "WHERE (\(keys.joined(separator: ", "))) > (\(places)) "
        return try rows(
            "SELECT \(table.names) FROM \(table.name) \(condition)ORDER BY \(keys.joined(separator: ", ")) LIMIT \(limit)",
            zip(key ?? [], table.columns).map { $0.bindable(as: $1.kind) }, table)
    }

    /// The last row by its key.
    package func lastRow(of table: TableShape) throws(PostgresError) -> [ColumnValue]? {
        let order = table.order.map { "\($0) DESC" }.joined(separator: ", ")
        return try rows("SELECT \(table.names) FROM \(table.name) ORDER BY \(order) LIMIT 1", [], table).first
    }

    package func add(_ rows: [[ColumnValue]], to table: TableShape) throws(PostgresError) {
        let places = table.columns.enumerated().map { "$\($0 + 1)::\($1.kind.type)[]" }.joined(separator: ", ")
        let columns = table.columns.enumerated().map { index, column in column.kind.array(rows.map { $0[index] }) }
        _ = try hear(
            "INSERT INTO \(table.name) (\(table.names)) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(\(places))",
            columns)
    }

    private func rows(
        _ sql: String, _ values: [any Bindable], _ table: TableShape
    ) throws(PostgresError) -> [[ColumnValue]] {
        let rows = try hear(sql, values)
        return (0..<rows.count).map { number in
            let row = rows[number]
            return table.columns.enumerated().map { index, column in row.value(index, column.kind) }
        }
    }
}

extension Connection {
    /// The answer to a statement that is made for the moment.
    private func hear(_ sql: String, _ values: [any Bindable]) throws(PostgresError) -> Rows {
        guard !isBroken else { throw failure() }
        let parameters = Parameters(all: values)
        let isSent = unsafe parameters.withPointers { values, lengths, formats in
            unsafe PQsendQueryParams(
                handle, sql, parameters.count, parameters.types, values, lengths, formats, 1) == 1
        }
        guard isSent else { throw failure() }
        pipeline.unheard.append("a statement about whole rows")
        return try hear()
    }
}

extension TableShape {
    /// The key, in the order in which other engines have it, too.
    fileprivate var order: [String] {
        zip(columns, keyNames).map { column, name in column.kind == .text ? "\(name) COLLATE \"C\"" : name }
    }
}

extension TableShape.Column.Kind {
    fileprivate var type: String {
        switch self {
        case .integer: "bigint"
        case .boolean: "boolean"
        case .text: "text"
        case .bytes: "bytea"
        }
    }

    fileprivate func array(_ values: [ColumnValue]) -> any Bindable {
        switch self {
        case .integer: PostgreSQL.Column(values.map(\.integer))
        case .boolean: PostgreSQL.Column(values.map { $0.integer.map { $0 != 0 } })
        case .text: PostgreSQL.Column(values.map(\.text))
        case .bytes: PostgreSQL.Column(values.map(\.bytes))
        }
    }
}

extension ColumnValue {
    fileprivate var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    fileprivate func bindable(as kind: TableShape.Column.Kind) -> any Bindable {
        switch kind {
        case .integer: integer
        case .boolean: integer.map { $0 != 0 }
        case .text: text
        case .bytes: bytes
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
