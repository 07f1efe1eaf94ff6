import JSON
import PostgreSQL
package import Router
package import System

extension PostgresStore {
    package func admit(
        _ digest: TokenDigest, for scope: CallScope, to lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns, about: .job(lease.job)) { [state] db in
            guard try state.conversation(heldBy: lease, at: now, db) != nil else { return false }
            try db.send(
                "INSERT INTO call_tokens (job, digest, scope) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                lease.job.number, digest.bytes, scope.rawValue)
            return true
        }
    }

    package func take(_ call: AgentCall, about job: JobID, proving token: TokenDigest) async throws -> CallReceipt {
        let body = call.body.text
        return try await database.write(for: .turns) { db in
            let receipt = try Self.standing(of: job, proving: token, for: .events, db)
            guard receipt == .taken || receipt == .stopping else { return receipt }
            // Locks the job's calls, so that no other comes in between and their numbers rise as they come.
            let told = try db.first(
                """
                INSERT INTO call_totals (job, count, bytes) VALUES ($1, 0, 0)
                ON CONFLICT (job) DO UPDATE SET count = call_totals.count RETURNING count, bytes
                """, job.number
            ) { (count: $0.int(0), bytes: $0.int(1)) }
            let isKnown = try db.first(
                "SELECT EXISTS (SELECT 1 FROM calls WHERE job = $1 AND seq = $2)", job.number, call.seq
            ) { $0.bool(0) }
            if isKnown == true { return receipt }
            let bytes = body.utf8.count
            guard let told, call.mayCome(behind: told.count, holding: told.bytes, with: bytes) else { return .tooMany }
            try db.send(
                "UPDATE call_totals SET count = count + 1, bytes = bytes + $2 WHERE job = $1", job.number, bytes)
            try db.send("INSERT INTO calls (job, seq, body) VALUES ($1, $2, $3)", job.number, call.seq, body)
            return receipt
        }
    }

    package func calls(about job: JobID, after arrival: Int64) async throws -> [AgentCall] {
        try await database.readOnce { db in
            try db.all(
                """
                SELECT seq, body, arrival FROM calls WHERE job = $1 AND arrival > $2 ORDER BY arrival LIMIT 50
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
        try await database.write(for: .turns) { db in try deleteCalls(about: job, db) }
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
                EXISTS (SELECT 1 FROM call_tokens WHERE job = $1 AND digest = $2 AND scope = $3),
                EXISTS (SELECT 1 FROM call_tokens WHERE job = $1)
            FROM jobs WHERE job = $1
            """, job.number, token.bytes, scope.rawValue
        ) { (isOver: $0.bool(0), isStopping: $0.bool(1), isProved: $0.bool(2), isCalled: $0.bool(3)) }
        guard let row, row.isCalled else { return .unknown }
        guard row.isProved else { return .wrongToken }
        return CallReceipt(isOver: row.isOver, isStopping: row.isStopping)
    }
}

func deleteCalls(about job: JobID, _ db: borrowing Connection) throws {
    try db.send("DELETE FROM calls WHERE job = $1", job.number)
    try db.send("DELETE FROM call_totals WHERE job = $1", job.number)
}
