import PostgreSQL
package import Router
package import System

extension PostgresStore: ProgressStore {
    package func tell(_ progress: [Lease: ToldProgress], at now: Timestamp) async throws {
        let (leases, told, now) = (Array(progress.keys), Array(progress.values), time(now))
        try await database.write(for: .turns) { db in
            try db.send(
                """
                INSERT INTO progress AS p (job, lease, at, line, shown)
                SELECT u.job, u.lease, $5, u.line, u.shown
                FROM unnest($1, $2, $3, $4) AS u (job, lease, line, shown) ORDER BY u.job
                ON CONFLICT (job) DO UPDATE SET
                    lease = excluded.lease, at = excluded.at, line = excluded.line, shown = excluded.shown
                WHERE p.lease <= excluded.lease
                """, planned: .anew, Column(leases.map(\.job.number)), Column(leases.map(\.number)),
                Column(told.map(\.line)), Column(told.map(\.shown)), now)
        }
    }

    package func forgetProgress(of leases: [Lease]) async throws {
        try await database.write(for: .turns) { db in
            try db.send(
                """
                DELETE FROM progress p USING unnest($1, $2) AS u (job, lease) WHERE p.job = u.job AND p.lease = u.lease
                """, planned: .anew, Column(leases.map(\.job.number)), Column(leases.map(\.number)))
        }
    }
}

/// The last that the agent of a running job told of where it stands, by the lease that it has now.
func progress(of job: JobID, _ db: borrowing Connection) throws -> String? {
    try db.first(
        """
        SELECT p.line FROM progress p JOIN jobs j ON j.job = p.job AND j.lease = p.lease AND j.state = 'running'
        WHERE p.job = $1
        """, job.number
    ) { $0.optionalText(0) }.flatMap(\.self)
}
