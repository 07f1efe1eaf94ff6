import PostgreSQL
package import Router
package import System

extension PostgresStore: WorkspaceStore {
    package func enter(
        _ workspace: String, for job: JobID, at home: String, at now: Timestamp
    ) async throws -> WorkspaceCopy? {
        let now = time(now)
        return try await database.write(for: .sending) { db in
            try db.send(
                """
                UPDATE conversations SET home = $2
                WHERE conv = (SELECT conv FROM jobs WHERE job = $1) AND home IS DISTINCT FROM $2
                """, job.number, home)
            return try db.first(
                "UPDATE workspaces SET used_at = greatest(used_at, $2) WHERE name = $1 RETURNING number, blob",
                workspace, now
            ) { WorkspaceCopy(number: $0.int64(0), blob: $0.optionalText(1).flatMap { BlobID($0) }) }
        }
    }

    package func keep(
        _ copy: WorkspaceCopy, replacing old: Int64, of workspace: String, under lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        let now = time(now)
        return try await database.write(for: .turns, about: .job(lease.job)) { db in
            let conversation = try db.first(
                "SELECT conv FROM jobs WHERE job = $1 AND lease = $2 AND state = 'running'", lease.job.number,
                lease.number
            ) { $0.int64(0) }
            guard let conversation else { return false }
            let known = try db.first(
                "SELECT number, blob FROM workspaces WHERE name = $1 FOR UPDATE", workspace
            ) { (number: $0.int64(0), blob: $0.optionalText(1)) }
            // Done already, and the answer was lost.
            if known?.number == copy.number { return known?.blob == copy.blob?.text }
            guard known?.number ?? 0 == old else { return false }
            try db.send(
                """
                INSERT INTO workspaces (name, conv, number, blob, used_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (name) DO UPDATE SET conv = $2, number = $3, blob = $4, used_at = $5
                """, workspace, conversation, copy.number, copy.blob?.text, now)
            if let blob = known?.blob { try deleteBlob(blob, db) }
            return true
        }
    }
}

func deleteBlob(_ blob: String, _ db: borrowing Connection) throws {
    try db.send("DELETE FROM blobs WHERE blob = $1", blob)
    try db.send("DELETE FROM blob_pieces WHERE blob = $1", blob)
}
