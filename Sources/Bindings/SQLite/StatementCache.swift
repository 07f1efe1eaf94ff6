internal import CSQLite

/// The prepared statements of one connection, found by the address of their text.
///
/// A literal stays where it is for as long as the program runs, so its address names it and nothing is hashed but one
/// word. There are as many statements as there are literals.
@safe final class StatementCache {
    /// A statement and how many values it takes.
    @safe struct Entry {
        let statement: OpaquePointer
        let parameters: Int
    }

    private let connection: OpaquePointer
    private var entries: [UInt: Entry] = [:]

    init(of connection: OpaquePointer) { unsafe self.connection = connection }

    /// Frees every statement, which has to happen before the connection closes.
    func finalizeAll() {
        for entry in entries.values { unsafe sqlite3_finalize(entry.statement) }
        entries = [:]
    }

    /// The statement for `sql`; nil when SQLite cannot prepare it.
    func entry(for sql: StaticString) -> Entry? {
        let address = unsafe UInt(bitPattern: sql.utf8Start)
        if let entry = entries[address] { return entry }
        guard let entry = prepare(sql) else { return nil }
        entries[address] = entry
        return entry
    }

    /// Every statement's text.
    var texts: [String] { entries.values.map { unsafe String(cString: sqlite3_sql($0.statement)) } }

    private func prepare(_ sql: StaticString) -> Entry? {
        let text = unsafe UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        let count = sql.utf8CodeUnitCount
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        var statement: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        // The terminating zero counts: it spares SQLite a copy of the text.
        let code = unsafe sqlite3_prepare_v3(connection, text, Int32(count + 1), flags, &statement, &tail)
        guard code == SQLITE_OK, let statement = unsafe statement else { return nil }
        precondition(unsafe tail == text + count, "one statement at a time: \(sql)")
        return unsafe Entry(statement: statement, parameters: Int(sqlite3_bind_parameter_count(statement)))
    }
}
