import JSON
package import Router
import SQLite
package import System

extension SQLiteStore {
    package func admit(
        _ digest: TokenDigest, for scope: CallScope, to lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        try await database.write { [state] db in
            try state.withLock { state in
                guard try state.conversation(heldBy: lease, at: now, db) != nil else { return false }
                try db.run(
                    "INSERT INTO call_tokens (job, digest, scope) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                    lease.job.number, digest.bytes, scope.rawValue)
                return true
            }
        }
    }

    package func take(_ call: AgentCall, about job: JobID, proving token: TokenDigest) async throws -> CallReceipt {
        let body = call.body.text
        return try await database.write { [state] db in
            let receipt = try Self.standing(of: job, proving: token, for: .events, db)
            guard receipt == .taken || receipt == .stopping else { return receipt }
            let isKnown = try db.first(
                "SELECT EXISTS (SELECT 1 FROM calls WHERE job = ?1 AND seq = ?2)", job.number, call.seq
            ) { $0.int(0) == 1 }
            if isKnown == true { return receipt }
            guard try Self.count(call, body, about: job, db) else { return .tooMany }
            state.withLock { $0.mayHaveCalls = true }
            try db.run("INSERT INTO calls (job, seq, body) VALUES (?1, ?2, ?3)", job.number, call.seq, body)
            return receipt
        }
    }

    /// Counts a call; false, with nothing changed, where it is more than may be told about one job.
    private static func count(
        _ call: AgentCall, _ body: String, about job: JobID, _ db: borrowing Connection
    ) throws -> Bool {
        let known = try db.first("SELECT count, bytes FROM call_totals WHERE job = ?1", job.number) {
            (count: $0.int(0), bytes: $0.int(1))
        }
        let told = known ?? (count: 0, bytes: 0)
        let bytes = body.utf8.count
        guard call.mayCome(behind: told.count, holding: told.bytes, with: bytes) else { return false }
        try db.run(
            """
            INSERT INTO call_totals (job, count, bytes) VALUES (?1, 1, ?2)
            ON CONFLICT (job) DO UPDATE SET count = count + 1, bytes = bytes + excluded.bytes
            """, job.number, bytes)
        return true
    }

    package func calls(about job: JobID, after arrival: Int64) async throws -> [AgentCall] {
        try await database.read { db in
            try db.all(
                """
                SELECT seq, body, arrival FROM calls WHERE job = ?1 AND arrival > ?2 ORDER BY arrival LIMIT 50
                """, job.number, arrival
            ) { row in
                guard let body = JSONValue(storedAs: row.text(1)) else {
                    throw UnreadableRow(table: "calls", id: job.description)
                }
                return AgentCall(seq: row.int64(0), body: body, arrival: row.int64(2))
            }
        }
    }

    package func forgetCalls(about job: JobID) async throws {
        try await database.write { [state] db in
            try state.withLock { state in try state.forgetCalls(about: job, db) }
        }
    }

    package func standing(
        of job: JobID, proving token: TokenDigest, for scope: CallScope
    ) async throws -> CallReceipt {
        try await database.read { db in try Self.standing(of: job, proving: token, for: scope, db) }
    }

    private static func standing(
        of job: JobID, proving token: TokenDigest, for scope: CallScope, _ db: borrowing Connection
    ) throws -> CallReceipt {
        let row = try db.first(
            """
            SELECT ended_at IS NOT NULL, cancel IS NOT NULL,
                EXISTS (SELECT 1 FROM call_tokens WHERE job = ?1 AND digest = ?2 AND scope = ?3),
                EXISTS (SELECT 1 FROM call_tokens WHERE job = ?1)
            FROM jobs WHERE job = ?1
            """, job.number, token.bytes, scope.rawValue
        ) { (isOver: $0.int(0) == 1, isStopping: $0.int(1) == 1, isProved: $0.int(2) == 1, isCalled: $0.int(3) == 1) }
        guard let row, row.isCalled else { return .unknown }
        guard row.isProved else { return .wrongToken }
        return CallReceipt(isOver: row.isOver, isStopping: row.isStopping)
    }
}

extension SQLiteStore.WriterState {
    /// Forgets the calls about a job that has ended; who calls then is told so.
    func forgetCalls(about job: JobID, _ db: borrowing Connection) throws {
        if mayHaveCalls { try deleteCalls(about: job, db) }
    }
}

func deleteCalls(about job: JobID, _ db: borrowing Connection) throws {
    try db.run("DELETE FROM calls WHERE job = ?1", job.number)
    try db.run("DELETE FROM call_totals WHERE job = ?1", job.number)
}
