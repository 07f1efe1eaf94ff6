import PostgresTesting
import PromiseTesting

/// The costs of messages to the database, between two looks at its counters.
struct Figures {
    /// Bytes of its log.
    let log: Int
    let transactions: Int
    let accepted: Int
    let connections: Int

    /// Blocks.
    init(of server: PostgresMember, _ ledger: Ledger) throws {
        let role = PostgresPair.database
        let row =
            try server.run(
                """
                SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, (SELECT xact_commit FROM pg_stat_database
                    WHERE datname = '\(role)'), (SELECT count(*) FROM pg_stat_activity WHERE usename = '\(role)')
                """
            ).first?.split(separator: "|").compactMap { Int($0) } ?? []
        guard row.count == 3 else { throw NotWell(description: "the database tells nothing of itself") }
        (log, transactions, connections) = (row[0], row[1], row[2])
        accepted = ledger.counts.acknowledged
    }

    /// A line for people: of what came in since.
    func line(since earlier: Figures) -> String {
        let messages = accepted - earlier.accepted
        guard messages > 0 else { return "no message came in while nothing was disturbed" }
        return
            "\(messages) messages while nothing was disturbed, each with its answer: \((log - earlier.log) / messages) bytes of WAL and \((transactions - earlier.transactions) / messages) transactions, over \(connections) connections"
    }
}
