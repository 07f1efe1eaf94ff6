import PostgreSQL
package import Router
package import System

extension PostgresStore {
    // Pages are looked through by a reader; what is to go then goes in small writes, which look again.

    package func pruneKeys(
        seenBefore moment: Timestamp, behind mark: DedupKey?
    ) async throws -> PrunedPage<DedupKey> {
        let mark = mark ?? DedupKey(stamp: .min, digest: [])
        let page = try await database.read { db in
            try db.all(
                """
                SELECT stamp, digest, seen_at FROM dedup WHERE (stamp, digest) > ($1, $2)
                ORDER BY stamp, digest LIMIT $3
                """, mark.stamp, mark.digest, Page.keys
            ) { (key: DedupKey(stamp: $0.int64(0), digest: $0.bytes(1)), seenAt: $0.timestamp(2)) }
        }
        let pruned = try await delete(page.filter { $0.seenAt < moment }, atOnce: 200) { row, db in
            try db.run(
                "DELETE FROM dedup WHERE stamp = $1 AND digest = $2 AND seen_at < $3", row.key.stamp, row.key.digest,
                moment)
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.keys ? nil : page.last?.key)
    }

    package func pruneJobs(
        _ retention: JobRetention, behind mark: JobID?, at now: Timestamp
    ) async throws -> PrunedPage<JobID> {
        let page = try await database.read { db in
            try db.all(
                "SELECT job, ended_at FROM jobs WHERE job > $1 AND job < $2 ORDER BY job LIMIT $3",
                mark?.number ?? 0, retention.end, Page.jobs
            ) { (job: JobID($0.int64(0)), endedAt: $0.optionalTimestamp(1)) }
        }
        let outlived = page.filter { retention.isOutlived(by: $0.job, endedAt: $0.endedAt) }.map(\.job)
        let latest = now.advanced(by: .zero - Delivery.duplicateWindow)
        let pruned = try await delete(outlived, atOnce: 20) { job, db in
            try deleteJob(job, endedBefore: latest, in: db) ? 1 : 0
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.jobs ? nil : page.last?.job)
    }

    package func pruneNotices(
        endedBefore moment: Timestamp, behind mark: DeliveryID?, at now: Timestamp
    ) async throws -> PrunedPage<DeliveryID> {
        let moment = min(moment, now.advanced(by: .zero - Delivery.duplicateWindow))
        let page = try await database.read { db in
            try db.all(
                """
                SELECT delivery, ended_at FROM deliveries
                WHERE job IS NULL AND delivery > $1 AND delivery < $2 ORDER BY delivery LIMIT $3
                """, mark?.number ?? 0, IdentifierSource.least(at: moment), Page.notices
            ) { (delivery: DeliveryID($0.int64(0)), endedAt: $0.optionalTimestamp(1)) }
        }
        let outlived = page.filter { row in row.endedAt.map { $0 < moment } ?? false }
        let pruned = try await delete(outlived, atOnce: 200) { row, db in
            try db.run("DELETE FROM deliveries WHERE delivery = $1 AND ended_at < $2", row.delivery.number, moment)
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.notices ? nil : page.last?.delivery)
    }

    package func pruneBlobs(
        unusedSince moment: Timestamp, behind mark: BlobID?
    ) async throws -> PrunedPage<BlobID> {
        let page = try await database.read { db in
            try db.all(
                """
                SELECT blob, used_at, EXISTS (SELECT 1 FROM workspaces w WHERE w.blob = b.blob) FROM blobs b
                WHERE blob > $1 ORDER BY blob LIMIT $2
                """, mark?.text ?? "", Page.keys
            ) { (blob: $0.text(0), usedAt: $0.timestamp(1), isCopy: $0.bool(2)) }
        }
        // Copies of working directories go with those.
        let pruned = try await delete(page.filter { $0.usedAt < moment && !$0.isCopy }, atOnce: 5) { row, db in
            guard try db.run("DELETE FROM blobs WHERE blob = $1 AND used_at < $2", row.blob, moment) == 1 else {
                return 0
            }
            try db.send("DELETE FROM blob_pieces WHERE blob = $1", row.blob)
            return 1
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.keys ? nil : page.last.flatMap { BlobID($0.blob) })
    }

    package func pruneWorkspaces(
        unusedSince moment: Timestamp, behind mark: String?
    ) async throws -> PrunedPage<String> {
        let page = try await database.read { db in
            try db.all(
                "SELECT name, used_at FROM workspaces WHERE name > $1 ORDER BY name LIMIT $2", mark ?? "", Page.jobs
            ) { (name: $0.text(0), usedAt: $0.timestamp(1)) }
        }
        let pruned = try await delete(page.filter { $0.usedAt < moment }, atOnce: 5) { row, db in
            let gone = try db.first(
                "DELETE FROM workspaces WHERE name = $1 AND used_at < $2 RETURNING blob", row.name, moment
            ) { $0.optionalText(0) }
            guard let gone else { return 0 }
            if let blob = gone { try deleteBlob(blob, db) }
            return 1
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.jobs ? nil : page.last?.name)
    }

    package func pruneRequests(
        madeBefore moment: Timestamp, behind mark: [UInt8]?
    ) async throws -> PrunedPage<[UInt8]> {
        let page = try await database.read { db in
            try db.all(
                "SELECT key, at FROM requests WHERE key > $1 ORDER BY key LIMIT $2", mark ?? [], Page.keys
            ) { (key: $0.bytes(0), at: $0.timestamp(1)) }
        }
        let pruned = try await delete(page.filter { $0.at < moment }, atOnce: 200) { row, db in
            try db.run("DELETE FROM requests WHERE key = $1 AND at < $2", row.key, moment)
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.keys ? nil : page.last?.key)
    }

    package func pruneSends(
        before moment: Timestamp, behind mark: SendMark?
    ) async throws -> PrunedPage<SendMark> {
        let page = try await database.read { db in
            try db.all(
                """
                SELECT conv, at, delivery FROM recent_sends WHERE (conv, at, delivery) > ($1, $2, $3)
                ORDER BY conv, at, delivery LIMIT $4
                """, mark?.conversation ?? 0, mark?.at ?? Timestamp(milliseconds: 0), mark?.delivery.number ?? 0,
                Page.keys
            ) { SendMark(conversation: $0.int64(0), at: $0.timestamp(1), delivery: DeliveryID($0.int64(2))) }
        }
        let pruned = try await delete(page.filter { $0.at < moment }, atOnce: 200) { row, db in
            try db.run(
                "DELETE FROM recent_sends WHERE conv = $1 AND at = $2 AND delivery = $3", row.conversation, row.at,
                row.delivery.number)
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.keys ? nil : page.last)
    }

    package func pruneSessions(unusedSince moment: Timestamp, behind mark: Int64?) async throws -> PrunedPage<Int64> {
        let page = try await database.read { db in
            try db.all(
                "SELECT session, used_at FROM sessions WHERE session > $1 ORDER BY session LIMIT $2", mark ?? 0,
                Page.jobs
            ) { (session: $0.int64(0), usedAt: $0.timestamp(1)) }
        }
        let pruned = try await delete(page.filter { $0.usedAt < moment }, atOnce: 200) { row, db in
            try db.run("DELETE FROM sessions WHERE session = $1 AND used_at < $2", row.session, moment)
        }
        return PrunedPage(pruned: pruned, next: page.count < Page.jobs ? nil : page.last?.session)
    }

    /// A conversation has a place in the queue or the outbox for as long as anything of it is open.
    package func hasOpenWork(of endpoint: Endpoint) async throws -> Bool {
        try await database.read { db in
            try db.first(
                """
                SELECT EXISTS (SELECT 1 FROM queue WHERE app = apps.app)
                    OR EXISTS (SELECT 1 FROM outbox WHERE app = apps.app)
                FROM apps WHERE key = $1
                """, endpoint.description
            ) { $0.bool(0) }
        } ?? false
    }

    package func oldestJob(amongNewest count: Int) async throws -> JobID? {
        var (left, oldest) = (count, Int64.max)
        while left > 0 {
            let (size, before) = (min(left, Page.counted), oldest)
            let page = try await database.read { db in
                try db.first(
                    "SELECT count(*), min(job) FROM (SELECT job FROM jobs WHERE job < $1 ORDER BY job DESC LIMIT $2) AS newest",
                    before, size
                ) { (count: $0.int(0), oldest: $0.int64(1)) }
            }
            guard let page, page.count == size else { return nil }
            left -= size
            oldest = page.oldest
        }
        return JobID(oldest)
    }

    /// Deletes rows by ones, so many in a write; how many were still there to go.
    private func delete<Row: Sendable>(
        _ rows: [Row], atOnce count: Int, _ deleteOne: @escaping @Sendable (Row, borrowing Connection) throws -> Int
    ) async throws -> Int {
        var deleted = 0
        for start in stride(from: 0, to: rows.count, by: count) {
            let some = rows[start..<min(start + count, rows.count)]
            deleted += try await database.write(for: .turns) { db in
                var deleted = 0
                for row in some { deleted += try deleteOne(row, db) }
                return deleted
            }
        }
        return deleted
    }
}

/// The number of rows that are looked at in one read.
private enum Page {
    static let keys = 1000
    static let jobs = 200
    static let notices = 200
    static let counted = 10_000
}

/// The job with all that belongs to it; false, with nothing changed, when it or a delivery of it has not ended by then.
private func deleteJob(_ job: JobID, endedBefore moment: Timestamp, in db: borrowing Connection) throws -> Bool {
    let isGone = try db.run(
        """
        DELETE FROM jobs WHERE job = $1 AND ended_at < $2 AND NOT EXISTS (
            SELECT 1 FROM deliveries
            WHERE job = $1 AND (ended_at IS NULL OR ended_at >= $2))
        """, job.number, moment)
    guard isGone == 1 else { return false }
    try db.send("DELETE FROM messages WHERE job = $1", job.number)
    try db.send("DELETE FROM events WHERE job = $1", job.number)
    try db.send("DELETE FROM deliveries WHERE job = $1", job.number)
    try db.send("DELETE FROM questions WHERE job = $1", job.number)
    try db.send("DELETE FROM feedback WHERE job = $1", job.number)
    try db.send("DELETE FROM call_tokens WHERE job = $1", job.number)
    try db.send("DELETE FROM attachments WHERE job = $1", job.number)
    try deleteCalls(about: job, db)
    return true
}
