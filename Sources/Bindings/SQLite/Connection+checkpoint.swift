internal import CSQLite

/// The part of the write-ahead log that has reached the file.
struct CheckpointProgress: Sendable {
    let frames: Int
    let carriedOver: Int
    var isComplete: Bool { frames == carriedOver }
}

extension Connection {
    enum Checkpoint {
        /// Carries over what needs no waiting for anybody.
        case passive
        /// All of it, so that the next commit begins the log anew.
        case restart
        /// The same, and the log's file is cut to nothing.
        case truncate
    }

    /// Carries the log over into the file.
    func checkpoint(_ kind: Checkpoint) throws(SQLiteError) -> CheckpointProgress {
        var frames: Int32 = 0
        var carriedOver: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, kind.mode, &frames, &carriedOver)
        guard code == SQLITE_OK else { throw error(in: nil) }
        return CheckpointProgress(frames: Int(frames), carriedOver: Int(carriedOver))
    }
}

extension Connection.Checkpoint {
    fileprivate var mode: Int32 {
        switch self {
        case .passive: SQLITE_CHECKPOINT_PASSIVE
        case .restart: SQLITE_CHECKPOINT_RESTART
        case .truncate: SQLITE_CHECKPOINT_TRUNCATE
        }
    }
}
