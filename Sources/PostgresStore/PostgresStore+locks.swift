import PostgreSQL
import Router
import System

// Whoever changes a conversation locks its row in `queue` first, and then that in `outbox`; of several conversations in the order of
// their numbers. Then he looks: a statement sees what was committed when it began, not when it got its lock.
//
// Claims and couriers pass over what is locked, and never wait.

extension Subject {
    static func job(_ job: JobID) -> Subject { Subject(kind: 0, number: job.number) }
    static func delivery(_ delivery: DeliveryID) -> Subject { Subject(kind: 1, number: delivery.number) }

    fileprivate var isJob: Bool { kind == 0 }
}

/// Locks the conversations of jobs that run, and of deliveries that are being sent. Those that have no place any more need no lock:
/// whatever is said of them is refused.
func lock(_ subjects: [Subject], _ db: borrowing Connection) throws {
    let jobs = Column(subjects.filter(\.isJob).map(\.number))
    let deliveries = Column(subjects.filter { !$0.isJob }.map(\.number))
    try db.send(
        """
        SELECT 1 FROM queue WHERE conv = ANY (ARRAY(
            SELECT conv FROM jobs WHERE job = ANY ($1) UNION SELECT conv FROM deliveries WHERE delivery = ANY ($2)))
        ORDER BY conv FOR UPDATE
        """, planned: .anew, jobs, deliveries)
    try db.send(
        """
        SELECT 1 FROM outbox WHERE conv = ANY (ARRAY(
            SELECT conv FROM jobs WHERE job = ANY ($1) UNION SELECT conv FROM deliveries WHERE delivery = ANY ($2)))
        ORDER BY conv FOR UPDATE
        """, planned: .anew, jobs, deliveries)
}

/// Locks conversations to which messages have come, each once. One without a place gets that of a job which is ready since then: nearly
/// always the message makes it one, and where it does not the row goes with the transaction.
func lock(_ conversations: [(row: Int64, app: Int64, at: Timestamp)], _ db: borrowing Connection) throws {
    let rows = Column(conversations.map(\.row))
    try db.send(
        """
        INSERT INTO queue (conv, app, turn, at) SELECT conv, app, 1, at FROM unnest($1, $2, $3) AS u (conv, app, at) ORDER BY conv
        ON CONFLICT (conv) DO UPDATE SET app = queue.app
        """, planned: .anew, rows, Column(conversations.map(\.app)), Column(conversations.map(\.at)))
    try db.send(
        "SELECT 1 FROM outbox WHERE conv = ANY ($1) ORDER BY conv FOR UPDATE", planned: .anew, rows)
}

/// Locks one conversation, whether it has a place or not: one without gets a row that is no place, which goes with the transaction unless
/// it becomes one.
func lock(_ conversation: Int64, _ db: borrowing Connection) throws {
    try db.send(
        """
        INSERT INTO queue (conv, app, turn, at) SELECT conv, app, 0, 0 FROM conversations WHERE conv = $1
        ON CONFLICT (conv) DO UPDATE SET app = queue.app
        """, conversation)
    try db.send("SELECT 1 FROM outbox WHERE conv = $1 FOR UPDATE", conversation)
}
