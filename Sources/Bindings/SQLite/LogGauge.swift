internal import CSQLite

/// How long the write-ahead log is, as SQLite tells after each commit of one connection.
///
/// Touched only on the thread of that connection. Automatic checkpoints have to be off before it is installed, since
/// switching them off takes the hook away.
@safe final class LogGauge {
    private(set) var frames = 0
    private let frameSize: Int
    private let limit: Int
    private var threshold: Int

    init(on connection: borrowing Connection, limit: Int) {
        let pageSize = (try? connection.first("PRAGMA page_size") { $0.int(0) }) ?? 4096
        frameSize = pageSize + 24
        self.limit = limit
        threshold = limit
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sqlite3_wal_hook(
            connection.handle,
            { gauge, _, _, frames in
                guard let gauge = unsafe gauge else { return SQLITE_OK }
                unsafe Unmanaged<LogGauge>.fromOpaque(gauge).takeUnretainedValue().frames = Int(frames)
                return SQLITE_OK
            },
            me
        )
    }

    /// Takes the hook away, before the gauge goes.
    func detach(from connection: borrowing Connection) { unsafe _ = sqlite3_wal_hook(connection.handle, nil, nil) }

    var bytes: Int { frames * frameSize }

    var isOverLimit: Bool { bytes > threshold }

    /// Notes a try to begin the log anew: the next commit tells its new length, or the next try is due a little later.
    func restarted(_ success: Bool) { threshold = success ? limit : bytes + limit / 16 }
}
