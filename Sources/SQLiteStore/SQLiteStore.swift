package import Router
package import SQLite
import System

/// All that is durable, in one SQLite file that one process serves.
///
/// Its parts are extensions: `StoredConversation`, `+apply`, `+accept`, `+claim`, `+settle`, `+signs`, `+questions`,
/// `+commands`, `+members`, `+streams`, `+feedback`, `+bots`, `+sessions`, `+calls`, `+deliveries`, `+post`, `+housekeeping`, `+start`,
/// `+condition`. Each statement stands
/// where it is used.
package final class SQLiteStore: Sendable {
    let database: Database
    /// The room on the file's disk.
    package let room: Room
    package let health = AcceptHealth()
    let path: String
    /// Known at the start.
    let apps: [Endpoint]
    /// The state that only the writer's thread touches, within its transactions.
    let state: Lock<WriterState>
    let recovery: CrashRecovery
    /// The process, once it has said that it lives.
    let node = Lock<NodeRecord?>(nil)

    struct WriterState {
        var identifiers: IdentifierSource
        /// The row numbers of every app that was known at the start. They never change; an app that comes later is looked
        /// up each time, since what is not committed yet must not be remembered.
        var apps: [Endpoint: Int64]
        var keys: [Int64: Endpoint]
        var queueRotation = PlaceRotation.queue
        var outboxRotation = PlaceRotation.outbox
        var arrivals = Arrivals()
        /// A question was open at the start, or was asked since: before that no end and no message need look for any. Never
        /// taken back, so that a transaction that is not committed leaves nothing wrong.
        var mayHaveQuestions = false
        /// The same of what agents have called about.
        var mayHaveCalls = false
        /// Told of each job and delivery that failed because it cannot be read.
        var report: @Sendable (UnreadableRow, _ id: String) -> Void = { _, _ in }
    }

    /// `router` in ASCII: what a file of ours says it is.
    package static let applicationID: Int32 = 0x7765_726F

    package static var schema: Schema {
        Schema(
            applicationID: applicationID,
            migrations: [
                Migration(version: 1, sql: PackageResources.v001_sql),
                Migration(version: 2, sql: PackageResources.v002_sql),
                Migration(version: 3, sql: PackageResources.v003_sql),
                Migration(version: 4, sql: PackageResources.v004_sql),
                Migration(version: 5, sql: PackageResources.v005_sql),
                Migration(version: 6, sql: PackageResources.v006_sql),
                Migration(version: 7, sql: PackageResources.v007_sql),
                Migration(version: 8, sql: PackageResources.v008_sql),
                Migration(version: 9, sql: PackageResources.v009_sql),
                Migration(version: 10, sql: PackageResources.v010_sql),
                Migration(version: 11, sql: PackageResources.v011_sql),
                Migration(version: 12, sql: PackageResources.v012_sql),
                Migration(version: 13, sql: PackageResources.v013_sql),
                Migration(version: 14, sql: PackageResources.v014_sql),
            ])
    }

    /// Opens the file, brings its schema up to date, and takes back what an earlier process left in the middle. With less
    /// than `minFree` bytes free on its disk it accepts nothing. `report` hears, within a transaction, of each job or
    /// delivery that failed because its row cannot be read. `makeReady` runs before all this. On a full disk it is all done
    /// once there is room (`isOpen`).
    package init(
        at path: String, serving apps: [Endpoint], owner: String = "its sole owner",
        recovery: CrashRecovery = CrashRecovery(), options: DatabaseOptions = DatabaseOptions(), minFree: Int = 0,
        makeReady: @escaping @Sendable () throws -> Void = {},
        whenUnreadable report: @escaping @Sendable (_ id: String, _ reason: String) -> Void = { _, _ in }
    ) async throws {
        let unused = IdentifierSource(node: NodeNumber.only.number, notBefore: 0)
        let state = Lock(WriterState(identifiers: unused, apps: [:], keys: [:]))
        database = try Database(at: path, schema: SQLiteStore.schema, options: options, makeReady: makeReady) { db in
            var started = try start(db, serving: apps, owner: owner, recovery: recovery, at: .steady)
            started.report = { report($1, $0.description) }
            state.withLock { $0 = started }
        }
        self.state = state
        self.path = path
        self.apps = apps
        self.recovery = recovery
        room = Room(of: path, minFree: minFree)
    }

    package var statistics: DatabaseStatistics { database.statistics }
}

extension SQLiteStore: JobStore, WaitingStore, SessionStore, QuestionStore, CallStore, DeliveryStore, NodeStore,
    StreamStore, KeptStore, FeedbackStore, OutgoingMessageStore, BotStore, Housekeeping, Ledger, JobControl
{}
