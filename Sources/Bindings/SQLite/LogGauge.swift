internal import CSQLite

/// The length of the write-ahead log, as SQLite tells after each commit of one connection.
///
/// Touched only on the thread of that connection. Automatic checkpoints have to be off before it is installed, since
/// switching them off takes the hook away.
@safe final class LogGauge {
    private(set) var frames = 0
    private let frameSize: Int
    private let limit: Int
    private var threshold: Int
    /// The room on the disk when the log could not be begun anew; nil since it could.
    private var freeAtFailure: Int?

    /// Room to spare: a transaction that does not fit takes all of the rest before it fails.
    private static let margin = 1 << 20

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

    /// True if the log is to begin anew with so much left on its disk: at its limit, and before all its pages could be new
    /// to the file and find no room there. From then on it would hold the disk that it needs to let go of any.
    func isTooLong(free: Int) -> Bool {
        if bytes > threshold { return true }
        guard isShort(of: free) else { return false }
        return freeAtFailure.map { free > $0 } ?? true
    }

    /// True if the disk has too little room for what the log holds.
    func isShort(of free: Int) -> Bool { free < bytes + LogGauge.margin }

    /// The next commit begins the log anew.
    func noteRestart() {
        frames = 0
        threshold = limit
        freeAtFailure = nil
    }

    /// The log goes on: the next try is due when it is a little longer, or when there is more room.
    func noteFailure(free: Int) {
        threshold = bytes + min(limit, free) / 16
        freeAtFailure = free
    }
}
