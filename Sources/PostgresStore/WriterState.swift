import PostgreSQL
import Router
import System

/// The memory that the transactions of one process share. Nothing here decides anything that another process may decide too, and nothing is
/// remembered that is not committed.
final class WriterState: Sendable {
    let owner: String
    /// The owners that this process was before.
    let former: [String]
    let recovery: CrashRecovery
    /// Told of each job and delivery that failed because it cannot be read.
    let report: @Sendable (UnreadableRow, _ id: String) -> Void

    private struct Known {
        var identifiers = IdentifierSource(node: 0, notBefore: 0)
        /// The row numbers of every app that was known at the start. They never change; an app that comes later is looked up each
        /// time.
        var apps: [Endpoint: Int64] = [:]
        var keys: [Int64: Endpoint] = [:]
        /// The row numbers of conversations that were committed. Neither do they change, unless the database goes back in time: a backup
        /// is restored beneath a process that runs, or a standby takes over that was behind.
        var conversations: [ConversationKey: Int64] = [:]
        var arrivals = Arrivals()
        var cursors: [PlaceTable: Int64] = [:]
        var isTurnOfLeft = false
    }

    private let known = Lock(Known())

    init(
        owner: String, formerly former: [String], recovery: CrashRecovery,
        report: @escaping @Sendable (_ id: String, _ reason: String) -> Void
    ) {
        self.owner = owner
        self.former = former
        self.recovery = recovery
        self.report = { report($1, $0.description) }
    }

    func begin(as node: NodeNumber, behind largest: Int64, apps: [(row: Int64, endpoint: Endpoint)]) {
        known.withLock { known in
            known.identifiers = IdentifierSource(node: node.number, notBefore: 0)
            known.identifiers.advance(past: largest)
            known.apps = Dictionary(apps.map { ($0.endpoint, $0.row) }) { first, _ in first }
            known.keys = Dictionary(apps.map { ($0.row, $0.endpoint) }) { first, _ in first }
        }
    }

    // MARK: Numbers

    func nextNumber(at now: Timestamp) -> Int64 { known.withLock { $0.identifiers.next(at: now) } }

    /// A number behind one that another process may have made.
    func nextNumber(behind seen: Int64, at now: Timestamp) -> Int64 {
        known.withLock { known in
            known.identifiers.advance(past: seen)
            return known.identifiers.next(at: now)
        }
    }

    /// Lets an event happen to a conversation. What is new by it is numbered behind what is known, here and in other transactions.
    func decide<Value: Sendable>(
        _ conversation: inout StoredConversation, _ event: (inout ConversationMachine) throws -> Value
    ) rethrows -> Value {
        try known.withLock { known in
            known.identifiers.advance(past: conversation.newest)
            conversation.machine.identifiers = known.identifiers
            defer { known.identifiers = conversation.machine.identifiers }
            return try event(&conversation.machine)
        }
    }

    // MARK: Apps

    func row(of endpoint: Endpoint) -> Int64? { known.withLock { $0.apps[endpoint] } }

    func endpoint(of row: Int64) -> Endpoint? { known.withLock { $0.keys[row] } }

    // MARK: Conversations

    static let mostConversations = 20_000

    /// The row numbers of those that are known.
    func conversations(_ keys: [ConversationKey]) -> [Int64?] {
        known.withLock { known in keys.map { known.conversations[$0] } }
    }

    func remember(_ keys: [ConversationKey], as rows: [Int64]) {
        known.withLock { known in
            if known.conversations.count + keys.count > WriterState.mostConversations { known.conversations = [:] }
            for (key, row) in zip(keys, rows) { known.conversations[key] = row }
        }
    }

    /// Forgets row numbers that turned out to be wrong.
    func forget(_ keys: [ConversationKey]) {
        known.withLock { known in for key in keys { known.conversations[key] = nil } }
    }

    // MARK: Rates and rotation

    func admits(_ conversation: Int64, at now: Timestamp, perMinute limit: Int) -> Bool {
        known.withLock { $0.arrivals.admit(conversation, at: now, perMinute: limit) }
    }

    /// The app that was served last, from `queue` or `outbox`.
    func cursor(in table: PlaceTable) -> Int64 { known.withLock { $0.cursors[table] ?? 0 } }

    /// The tables that a claim goes through: what is left to this process and what is anybody's come first by turns.
    func tables(at home: ClaimRules.Home?) -> [PlaceTable] {
        guard let home else { return [.queue] }
        let isTurnOfLeft = known.withLock { known in
            known.isTurnOfLeft.toggle()
            return known.isTurnOfLeft
        }
        return isTurnOfLeft ? [.left(to: home.name), .queue] : [.queue, .left(to: home.name)]
    }

    func move(_ table: PlaceTable, to app: Int64) { known.withLock { $0.cursors[table] = app } }
}

/// One of the two small tables where busy conversations have their places.
enum PlaceTable: Sendable, Hashable {
    case queue
    /// The part of the queue that is left to the process of that name.
    case left(to: String)
    case outbox
}
