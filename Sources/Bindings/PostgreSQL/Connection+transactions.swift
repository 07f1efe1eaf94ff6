internal import CLibPQ
internal import System

/// The strength of a transaction.
package enum Isolation: Sendable {
    /// A statement sees what was committed when it began.
    case readCommitted
    /// For servers that know no other: what two do at once fails, and is done again.
    case serializable
    /// One state from the first statement to the last, and nothing is written.
    case snapshot
}

/// A connection's place in the table `commits`, where each of its transactions leaves its number: so that a commit whose answer was
/// lost can be told from one that never was.
struct CommitMark: Sendable {
    let slot: String
    private(set) var number: Int64 = 0

    init(slot: String) { self.slot = slot }

    mutating func advance() { number += 1 }
}

extension Connection {
    func begin(_ isolation: Isolation, _ settings: SessionSettings?) throws(PostgresError) {
        try forgetLostStatements()
        switch isolation {
        case .readCommitted: try send("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
        case .serializable: try send("BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE")
        case .snapshot: try send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        if let settings { try apply(settings, onlyHere: true) }
    }

    /// Commits. An error of the kind `ambiguous` leaves open whether it did; after any other it did not.
    func commit(_ mark: CommitMark) throws(PostgresError) {
        // A number that was made void meanwhile may not be NULL: a commit that arrives after it was given up fails.
        try send(
            "UPDATE commits SET number = CASE WHEN void < $2 THEN $2 END, at = now() WHERE slot = $1", mark.slot,
            mark.number)
        try commit()
    }

    private func commit() throws(PostgresError) {
        notices.forget()
        do throws(PostgresError) {
            try send("COMMIT")
            let answer = try hear()
            // The commit of a transaction that has failed is no error; it only says something else.
            guard answer.command == "COMMIT" else {
                throw PostgresError(.again, message: "the server has undone the transaction", sql: "COMMIT")
            }
        } catch {
            // What was refused before the server came to the commit, which goes in the same packet, was not committed.
            let isBefore = error.code != nil && error.sql != "COMMIT"  // short: our own words
            throw isBefore ? error : error.afterCommit
        }
        if notices.hasDoubtfulCommit {
            throw PostgresError(
                .ambiguous, code: "01000", message: "the server waits no longer for its standby", sql: "COMMIT")
        }
    }

    /// Undoes the transaction, or gives the connection up where that cannot be done.
    func rollBack() {
        guard !isBroken else { return }
        pipeline.deadline = max(pipeline.deadline, .now.advanced(by: .milliseconds(500)))
        do {
            try? settle()
            try send("ROLLBACK")
            try settle()
        } catch {
            pipeline.isBroken = true
        }
    }

    /// Ends a transaction that has written nothing.
    func endReading() throws(PostgresError) {
        try send("COMMIT")
        try settle()
    }

    // MARK: What became of a commit

    /// Makes the connection's place.
    func prepare(_ mark: CommitMark) throws(PostgresError) {
        try run("INSERT INTO commits (slot) VALUES ($1) ON CONFLICT DO NOTHING", mark.slot)
    }

    /// True if the transaction with that mark was committed; if not, it never will be. Waits for one that is still under way, since
    /// that holds the row.
    ///
    /// It is told only once a later commit is durable wherever commits have to be: then the earlier one is, too, also if the server had
    /// done it without its standby.
    func hasCommitted(_ mark: CommitMark, _ settings: SessionSettings?) throws -> Bool {
        try begin(.readCommitted, settings)
        let number = try first("SELECT number FROM commits WHERE slot = $1 FOR UPDATE", mark.slot) { $0.int64(0) }
        guard let number else {
            throw PostgresError(.ambiguous, message: "the connection's place in commits is gone")
        }
        let isDone = number == mark.number
        try send(
            "UPDATE commits SET void = $2, at = now() WHERE slot = $1", mark.slot, isDone ? number - 1 : mark.number)
        try commit()
        return isDone
    }
}
