internal import CSQLite

/// The SQLite that is linked at run time.
package var sqliteVersion: String { unsafe String(cString: sqlite3_libversion()) }
