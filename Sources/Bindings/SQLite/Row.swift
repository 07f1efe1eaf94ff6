internal import CSQLite
package import System

/// The row a query stands on, lent to the closure that reads it.
///
/// Columns count from 0. A plain accessor on NULL gives what SQLite makes of it: 0 or nothing. Where NULL means
/// something, ask for the optional.
@safe package struct Row: ~Copyable {
    private let statement: OpaquePointer

    init(of statement: OpaquePointer) { unsafe self.statement = statement }

    package func isNull(_ column: Int) -> Bool {
        unsafe sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    }

    package func int64(_ column: Int) -> Int64 { unsafe sqlite3_column_int64(statement, Int32(column)) }

    package func int(_ column: Int) -> Int { Int(int64(column)) }

    package func bool(_ column: Int) -> Bool { int64(column) != 0 }

    package func text(_ column: Int) -> String {
        guard let start = unsafe sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = unsafe sqlite3_column_bytes(statement, Int32(column))
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    package func bytes(_ column: Int) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(statement, Int32(column)) else { return [] }
        let count = unsafe sqlite3_column_bytes(statement, Int32(column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    package func timestamp(_ column: Int) -> Timestamp { Timestamp(milliseconds: int64(column)) }
}

extension Row {
    package func optionalInt64(_ column: Int) -> Int64? { isNull(column) ? nil : int64(column) }

    package func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }

    package func optionalBool(_ column: Int) -> Bool? { isNull(column) ? nil : bool(column) }

    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    package func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

    package func optionalTimestamp(_ column: Int) -> Timestamp? { isNull(column) ? nil : timestamp(column) }
}
