import PostgresTesting

/// Looks for what is left in the store when all is said and answered, and for what does not fit together.
enum Leftovers {
    private static let questions = [
        "places in queue": "SELECT count(*) FROM queue",
        "places in outbox": "SELECT count(*) FROM outbox",
        "open jobs": "SELECT count(*) FROM jobs WHERE ended_at IS NULL",
        "open deliveries": "SELECT count(*) FROM deliveries WHERE ended_at IS NULL",
        "progress of turns that have ended": "SELECT count(*) FROM progress",
        "jobs that have ended twice": """
        SELECT count(*) FROM (SELECT (SELECT count(*) FROM events e WHERE e.job = j.job AND e.what IN ('done', 'failed', 'cancelled'))
            AS ends FROM jobs j) AS j WHERE ends > 1
        """,
        "messages of no job":
            "SELECT count(*) FROM messages m WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.job = m.job)",
    ]

    /// Those that there are, in words. Blocks.
    static func find(in server: PostgresMember) throws -> [String] {
        try questions.sorted { $0.key < $1.key }.compactMap { name, sql in
            let count = try server.run(sql, in: PostgresPair.database).first ?? "?"
            return count == "0" ? nil : "\(name): \(count)"
        }
    }
}
