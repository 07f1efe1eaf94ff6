internal import System

/// The first opening of a database, which a full disk puts off: it is tried again until there is room.
///
/// Whatever else is wrong is for the start of the program to fail with.
final class Opening: Sendable {
    private struct State {
        var files: DatabaseFiles?
        var failure: (any Error)?
        var triedAt: MonotonicTime?
    }

    /// However many want to write, so long passes between two tries.
    private static let pause = Duration.milliseconds(200)

    let recipe: ConnectionRecipe
    private let schema: Schema
    private let makeReady: @Sendable () throws -> Void
    private let prepare: @Sendable (borrowing Connection) throws -> Void
    private let state = Lock(State())
    /// Closed once the file is open, or will not be any more.
    private let door = BlockingQueue<Void>(capacity: 1)

    init(
        _ recipe: ConnectionRecipe, schema: Schema, makeReady: @escaping @Sendable () throws -> Void,
        prepare: @escaping @Sendable (borrowing Connection) throws -> Void
    ) {
        self.recipe = recipe
        self.schema = schema
        self.makeReady = makeReady
        self.prepare = prepare
    }

    /// A connection to write on. The first one that succeeds has brought the file up to date and prepared what is in it.
    func writer() throws -> Connection {
        if let files = state.withLock({ $0.files }) {
            // Another file is not to be taken for the one that was lost.
            if let displaced = files.displaced { throw displaced }
            return try recipe.writer()
        }
        if let failure = recentFailure() { throw failure }
        do {
            try makeReady()
            let connection = try recipe.first(schema: schema)
            try connection.run("BEGIN IMMEDIATE")
            do {
                try prepare(connection)
                try connection.run("COMMIT")
            } catch {
                connection.rollBack()
                throw error
            }
            let files = try DatabaseFiles(at: recipe.path)
            state.withLock { $0 = State(files: files) }
            door.close()
            return connection
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
    }

    /// The failure of the last try, if it was a moment ago; else this is the moment of the next.
    private func recentFailure() -> (any Error)? {
        state.withLock { state in
            let now = MonotonicTime.now
            if let failure = state.failure, let triedAt = state.triedAt, now.since(triedAt) < Opening.pause {
                return failure
            }
            state.triedAt = now
            return nil
        }
    }

    /// The reason why the file is not open yet; nil once it is.
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// The part of an open file that its paths no longer lead to.
    var displaced: FileDisplaced? { state.withLock { $0.files }?.displaced }

    /// Sleeps until the file is open or `giveUp` was called.
    func wait() { _ = door.pop(max: 1) }

    func giveUp() { door.close() }

    /// True if it may succeed when there is room on the disk.
    func isForWantOfRoom(_ error: any Error) -> Bool {
        switch error {
        case let error as SystemError: return error.isOutOfRoom
        case let error as FileLock.Refusal: return error.isOutOfRoom
        case SchemaError.migration(_, let error): return isForWantOfRoom(error)
        case let error as SQLiteError:
            switch error.kind {
            case .full: return true
            // What SQLite says when it cannot make a file beside the first.
            case .ioError, .cannotOpen: return isFull(diskOf: recipe.directory)
            default: return false
            }
        default: return false
        }
    }
}
