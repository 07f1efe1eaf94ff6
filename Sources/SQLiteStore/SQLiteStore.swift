package import Router
package import SQLite
import System

/// All that is durable, in one SQLite file that one process serves.
///
/// Its parts are extensions: `+accept`, `+claim`, `+settle`, `+deliveries`, `+start`. Each statement stands where it is used.
package final class SQLiteStore: Sendable {
    let database: Database
    /// What only the writer's thread touches, within its transactions.
    let state: Lock<WriterState>
    let recovery: CrashRecovery

    struct WriterState {
        var identifiers: IdentifierSource
        /// The row numbers of every app that was known at the start. They never change; an app that comes later is looked
        /// up each time, since what is not committed yet must not be remembered.
        var apps: [AppKey: Int64]
        var keys: [Int64: AppKey]
        /// Whose turn it was last, so that apps take turns.
        var claimCursor: Int64 = 0
        var deliveryCursor: Int64 = 0
    }

    /// `router` in ASCII: what a file of ours says it is.
    package static let applicationID: Int32 = 0x7765_726F

    package static var schema: Schema {
        Schema(applicationID: applicationID, migrations: [Migration(version: 1, sql: PackageResources.v001_sql)])
    }

    /// Opens the file, brings its schema up to date, and takes back what an earlier process left in the middle.
    package init(
        at path: String, serving apps: [AppKey], recovery: CrashRecovery = CrashRecovery(),
        options: DatabaseOptions = DatabaseOptions()
    ) async throws {
        let database = try Database(at: path, schema: SQLiteStore.schema, options: options)
        do {
            let started = try await database.write { try start($0, serving: apps, recovery: recovery, at: .steady) }
            self.database = database
            self.recovery = recovery
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

extension SQLiteStore: JobStore, DeliveryStore {}
