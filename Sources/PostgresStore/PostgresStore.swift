package import PostgreSQL
package import Router
import System

/// All that is durable, in one PostgreSQL database that any number of processes serve.
///
/// Its parts are extensions: `StoredConversation`, `+locks`, `+apply`, `+accept`, `+claim`, `+settle`, `+signs`, `+questions`,
/// `+commands`, `+members`, `+streams`, `+progress`, `+feedback`, `+bots`, `+sockets`, `+sessions`, `+calls`, `+workspaces`, `+deliveries`, `+post`, `+housekeeping`, `+start`,
/// `+condition`, `+warnings`, `+hints`. Each statement stands where it is used. What differs from SQLite's is how rows are locked (`+locks`), that a body may run again, and that several
/// run at once.
package final class PostgresStore: Sendable {
    let database: Database
    let health = AcceptHealth()
    /// Known at the start.
    let apps: [Endpoint]
    let state: WriterState
    let clock: Clock
    let acceptance: Gathering<Incoming, Acceptance>
    let settling: Gathering<EndedTurn, Bool>
    let marking: Gathering<SentDelivery, Bool>
    /// The number of connections, and what is between, as they were asked for.
    let way: DatabaseWay
    /// The warnings that were found last.
    let found = Lock<[String]>([])

    /// The time that leases, due times and places go by.
    package enum Clock: Sendable {
        /// The server's, which all processes share; a caller's is corrected.
        case server
        /// The callers': in tests.
        case callers
    }

    package static var schema: Schema {
        Schema(
            [
                Migration(version: 1, usableFrom: 1, sql: PackageResources.v001_sql),
                // Who does not note that an end was taken has it given twice.
                Migration(version: 2, usableFrom: 2, sql: PackageResources.v002_sql),
            ], servedBy: livingPrograms)
    }

    /// Opens the database, brings its schema up to date, and takes back what `owner` left in the middle, and
    /// those that it was before (`former`), which have ended; nobody else's. `report` hears, within a transaction, of each job or delivery that failed
    /// because its row cannot be read. `hinted` hears that another process may have left something to do. While no server can be
    /// reached all this is put off (`isOpen`).
    package init(
        at servers: Servers, serving apps: [Endpoint], owner: String, formerly former: [String] = [],
        recovery: CrashRecovery = CrashRecovery(),
        options: DatabaseOptions = DatabaseOptions(), clock: Clock = .server,
        whenUnreadable report: @escaping @Sendable (_ id: String, _ reason: String) -> Void = { _, _ in },
        whenHinted hinted: @escaping @Sendable (_ hint: String) -> Void = { _ in }
    ) async throws {
        let state = WriterState(owner: owner, formerly: former, recovery: recovery, report: report)
        var options = options
        options.owner = owner
        let callersClock = options.clock
        acceptance = Gathering {
            defer { CrashPoint.reach(.beforeCommit) }
            return try state.accept($0, in: $1)
        }
        settling = Gathering { try state.settle($0, in: $1) }
        marking = Gathering { try state.mark($0, in: $1) }
        database = try await BlockingThreads(named: "pg start", count: 1).run { [options] in
            try Database(
                at: servers, schema: PostgresStore.schema, options: options,
                lock: { try lock($0, $1) },
                prepare: { db in
                    try state.start(
                        db, serving: apps, at: clock == .server ? servers.time(at: callersClock(.now)) : .steady)
                }, heard: hinted)
        }
        (self.state, self.apps, self.clock) = (state, apps, clock)
        way = DatabaseWay(to: servers, options)
    }

    /// A caller's time as rows have it.
    func time(_ now: Timestamp) -> Timestamp { clock == .server ? database.servers.time(at: now) : now }

    /// A time in a row as the caller's clock has it.
    func moment(of time: Timestamp) -> Timestamp { clock == .server ? database.servers.moment(of: time) : time }

    /// The lead of this machine's clock over the servers'. It may have been set since the process began.
    var clockLead: Duration {
        clock == .server ? database.servers.lead + Timestamp.now.since(.steady) : .zero
    }

    package var statistics: DatabaseStatistics { database.statistics }

    /// Tells other processes, soon, that there may be something to do.
    func give(_ hint: StoreHint) { database.hint(hint.rawValue) }
}

extension PostgresStore: JobStore, WaitingStore, SessionStore, QuestionStore, CallStore, DeliveryStore, NodeStore,
    StreamStore, KeptStore, FeedbackStore, OutgoingMessageStore, BotStore, Housekeeping, Ledger, JobControl
{}
