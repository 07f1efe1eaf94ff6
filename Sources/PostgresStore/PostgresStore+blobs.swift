import PostgreSQL
package import Router
package import System

extension PostgresStore: BlobStore {
    package func blobSize(_ blob: BlobID, at now: Timestamp) async throws -> Int? {
        let now = time(now)
        return try await database.write(for: .sending) { db in
            try db.first(
                "UPDATE blobs SET used_at = greatest(used_at, $2) WHERE blob = $1 AND size IS NOT NULL RETURNING size",
                blob.text, now
            ) { $0.int(0) }
        }
    }

    package func keep(_ piece: [UInt8], number: Int, of blob: BlobID, at now: Timestamp) async throws {
        let now = time(now)
        try await database.write(for: .sending) { db in
            // One that is never finished is pruned like the others.
            if number == 0 {
                try db.send(
                    "INSERT INTO blobs (blob, used_at) VALUES ($1, $2) ON CONFLICT (blob) DO UPDATE SET used_at = $2",
                    blob.text,
                    now)
            }
            try db.send(
                "INSERT INTO blob_pieces (blob, n, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", blob.text,
                number,
                piece)
        }
    }

    package func finish(_ blob: BlobID, size: Int, at now: Timestamp) async throws {
        let now = time(now)
        try await database.write(for: .sending) { db in
            try db.send(
                """
                INSERT INTO blobs (blob, size, used_at) VALUES ($1, $2, $3)
                ON CONFLICT (blob) DO UPDATE SET size = $2, used_at = $3
                """, blob.text, size, now)
        }
    }

    package func attach(_ blob: BlobID, named name: String, to job: JobID, as number: Int) async throws {
        try await database.write(for: .sending) { db in
            try db.send(
                """
                INSERT INTO attachments (job, n, blob, name) VALUES ($1, $2, $3, $4)
                ON CONFLICT (job, n) DO UPDATE SET blob = $3, name = $4
                """, job.number, number, blob.text, name)
        }
    }

    package func attachment(_ number: Int, of job: JobID) async throws -> (blob: BlobID, name: String)? {
        try await database.readOnce { db in
            try db.first(
                "SELECT blob, name FROM attachments WHERE job = $1 AND n = $2", job.number, number
            ) { row in BlobID(row.text(0)).map { (blob: $0, name: row.text(1)) } }.flatMap(\.self)
        }
    }

    package func piece(_ number: Int, of blob: BlobID) async throws -> [UInt8]? {
        try await database.readOnce { db in
            try db.first("SELECT bytes FROM blob_pieces WHERE blob = $1 AND n = $2", blob.text, number) { $0.bytes(0) }
        }
    }
}
