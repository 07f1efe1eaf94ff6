internal import Glibc
internal import System

/// Opens and sets up each kind of connection to one database.
struct ConnectionRecipe: Sendable {
    let path: String
    let options: DatabaseOptions

    /// The directory of the file.
    var directory: String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// The first connection: makes the file, only for its owner to read, checks whose it is, and brings it up to date.
    func first(schema: Schema) throws -> Connection {
        try makeFile()
        try refuseStub()
        let connection = try Connection(to: path, .readWrite)
        connection.waitForLocks(atMost: options.patience)
        try connection.check(schema, at: path)
        try prepareForWriting(connection)
        try connection.migrate(to: schema, at: path)
        return connection
    }

    func writer() throws -> Connection {
        let connection = try Connection(to: path, .readWrite)
        connection.waitForLocks(atMost: options.patience)
        try prepareForWriting(connection)
        return connection
    }

    func reader() throws -> Connection {
        let connection = try Connection(to: path, .readOnly)
        connection.waitForLocks(atMost: options.patience)
        try connection.execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF")
        return connection
    }

    /// `wal_autocheckpoint` goes first: switching it off takes any hook away.
    private func prepareForWriting(_ connection: borrowing Connection) throws {
        let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw SQLiteError(code: 1, message: "\(path) lies where a write-ahead log is not possible")
        }
        try connection.execute(
            """
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA synchronous = \(options.durability.rawValue);
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -\(options.cache >> 10);
            PRAGMA journal_size_limit = \(options.logLimit);
            """
        )
    }

    /// SQLite gives its log the permissions of the file, and the file those of the umask. Only a file that is not there
    /// is touched: closing a descriptor of one that is would drop the locks this process holds on it.
    private func makeFile() throws(SystemError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno == ENOSPC || errno == EDQUOT {
            throw SystemError("open \(path)", number: errno)
        }
    }

    /// A file shorter than any database is what is left of one; SQLite might take it for a new one.
    private func refuseStub() throws(SchemaError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, (1..<512).contains(status.st_size) else { return }
        throw .damaged(path: path, problem: "it has only \(status.st_size) bytes")
    }
}
