import Router
import SQLite
import System

extension StoreFile {
    /// Copies the store as it is now to `target`, whoever uses it meanwhile. What is at `target` stays until the copy is whole, and
    /// proved to be, and on the disk; what is there and no store is refused. `meanwhile` is told how many pages of how many there are.
    package func copy(to target: StoreFile, meanwhile: (_ done: Int, _ all: Int) -> Void = { _, _ in }) throws {
        let source = try open(.readOnly)
        if fileExists(target.path) {
            guard try realPath(target.path) != realPath(path) else { throw StoreFileRefusal.isTheSame(target.path) }
            try Connection(to: target.path, .readOnly).check(SQLiteStore.schema, at: target.path)
        }
        let partial = StoreFile("\(target.path).\(Process.id).part")
        try partial.fill(from: source, meanwhile: meanwhile)
        CrashPoint.reach(.inBackup)
        try partial.become(target)
    }

    /// Puts `backup` in the place of the store, which nobody has open: the caller holds the file's lock. What is there stays, whole,
    /// until the other is; then it has the name `saved`. At any instant one of the two is the store.
    ///
    /// A store that is damaged is set aside with its log, under names of their own.
    package func restore(
        from backup: StoreFile, saving saved: StoreFile, meanwhile: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws {
        let source = try backup.open(.readOnly)
        if fileExists(path), try realPath(path) == realPath(backup.path) { throw StoreFileRefusal.isTheSame(path) }
        let partial = StoreFile("\(path).restored.part")
        try partial.fill(from: source, meanwhile: meanwhile)
        CrashPoint.reach(.inRestore)
        do {
            if fileExists(path) { try settle(or: saved) }
        } catch {
            partial.clear()
            throw error
        }
        CrashPoint.reach(.beforeRestored)
        try partial.become(self)
    }

    /// Makes this file, which is nobody's, a whole copy of `source`; nothing is left of what fails.
    private func fill(from source: borrowing Connection, meanwhile: (Int, Int) -> Void) throws {
        clear()
        do {
            _ = try NewFile(path)
            try write(source, meanwhile)
            let copy = try open(.readWrite)
            try copy.leaveWriteAheadLog()
            if let problem = try copy.damages().first { throw StoreFileRefusal.isDamaged(path, problem) }
        } catch {
            clear()
            throw error
        }
    }

    private func write(_ source: borrowing Connection, _ meanwhile: (Int, Int) -> Void) throws {
        let target = try Connection(to: path, .readWrite)
        // All of it is synced at once before it gets its name.
        try target.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        try source.copy(into: target) { done, all in
            meanwhile(done, all)
            // Others have the disk as well.
            pauseThread(for: StoreFile.rest)
        }
    }

    private static let rest = Duration.milliseconds(1)

    private func become(_ target: StoreFile) throws {
        do {
            try replaceFile(target.path, by: path)
        } catch {
            clear()
            throw error
        }
    }

    private func clear() {
        for name in [path, path + "-wal", path + "-shm", path + "-journal"] { try? removeFile(name) }
    }

    // MARK: What was there

    /// Leaves the store in one file, which gets a second name.
    private func settle(or saved: StoreFile) throws {
        saved.clear()
        do {
            let old = try open(.readWrite)
            try old.emptyWriteAheadLog()
            try old.leaveWriteAheadLog()
        } catch let error as SchemaError {
            guard case .damaged = error else { throw error }
            return try setAside(as: saved)
        } catch let error as SQLiteError {
            guard [.corrupt, .notADatabase, .ioError].contains(error.kind) else {
                throw StoreFileRefusal.isUnsettled(path, error.message)
            }
            return try setAside(as: saved)
        }
        guard !fileExists(path + "-wal") else { throw StoreFileRefusal.isUnsettled(path, "it is still there") }
        _ = try shareFile(path, as: saved.path)
    }

    /// A log of another file would be taken for that of the new one.
    private func setAside(as saved: StoreFile) throws {
        for suffix in ["-wal", ""] where fileExists(path + suffix) {
            _ = try shareFile(path + suffix, as: saved.path + suffix)
        }
        try removeFile(path + "-wal")
        try removeFile(path + "-shm")
    }
}
