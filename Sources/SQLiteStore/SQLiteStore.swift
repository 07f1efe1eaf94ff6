package import Router
package import SQLite
import System

/// All that is durable, in one SQLite file that one process serves.
///
/// Its parts are extensions: `+accept`, `+claim`, `+settle`, `+signs`, `+questions`, `+commands`, `+sessions`,
/// `+calls`, `+deliveries`, `+post`, `+housekeeping`, `+start`. Each statement stands where it is used.
package final class SQLiteStore: Sendable {
    let database: Database
    /// What is left on the file's disk.
    package let room: Room
    /// What only the writer's thread touches, within its transactions.
    let state: Lock<WriterState>
    let recovery: CrashRecovery

    struct WriterState {
        var identifiers: IdentifierSource
        /// The row numbers of every app that was known at the start. They never change; an app that comes later is looked
        /// up each time, since what is not committed yet must not be remembered.
        var apps: [AppKey: Int64]
        var keys: [Int64: AppKey]
        var workTurns = TurnRotation.queue
        var deliveryTurns = TurnRotation.outbox
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
            ])
    }

    /// Opens the file, brings its schema up to date, and takes back what an earlier process left in the middle. With less
    /// than `minFree` bytes free on its disk it accepts nothing. `report` hears, within a transaction, of each job or
    /// delivery that failed because its row cannot be read.
    package init(
        at path: String, serving apps: [AppKey], recovery: CrashRecovery = CrashRecovery(),
        options: DatabaseOptions = DatabaseOptions(), minFree: Int = 0,
        whenUnreadable report: @escaping @Sendable (_ id: String, _ reason: String) -> Void = { _, _ in }
    ) async throws {
        let database = try Database(at: path, schema: SQLiteStore.schema, options: options)
        do {
            var started = try await database.write { try start($0, serving: apps, recovery: recovery, at: .steady) }
            started.report = { report($1, $0.description) }
            self.database = database
            self.recovery = recovery
            room = Room(of: path, minFree: minFree)
            state = Lock(started)
        } catch {
            await database.close()
            throw error
        }
    }

    package var statistics: DatabaseStatistics { database.statistics }

    /// Problems that SQLite finds in the file; none in a sound one. Reads all of it.
    package func quickCheck() async throws -> [String] { try await database.quickCheck() }

    package func close() async { await database.close() }
}

extension SQLiteStore: JobStore, SessionStore, QuestionStore, CallStore, DeliveryStore, Postbox, Housekeeping, Ledger,
    JobControl
{}
