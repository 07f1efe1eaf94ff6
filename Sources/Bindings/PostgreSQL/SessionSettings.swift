internal import System

/// The limits that a server keeps for a connection, and how it plans.
struct SessionSettings: Sendable {
    let statementTimeout: Duration
    let lockTimeout: Duration
    let idleTimeout: Duration
}

extension Connection {
    /// Behind a pooler only for the transaction: what is set for the session there would be set for others.
    func apply(_ settings: SessionSettings, onlyHere: Bool) throws(PostgresError) {
        // No plan reads a whole table, as it would while that is small; nor is any compiled, which takes longer than it runs.
        try send(
            """
            SELECT set_config('statement_timeout', $1, $4), set_config('lock_timeout', $2, $4),
                set_config('idle_in_transaction_session_timeout', $3, $4), set_config('enable_seqscan', 'off', $4),
                set_config('jit', 'off', $4)
            """, "\(settings.statementTimeout.inMilliseconds)ms", "\(settings.lockTimeout.inMilliseconds)ms",
            "\(settings.idleTimeout.inMilliseconds)ms", onlyHere)
    }

    /// Has a statement planned when it is prepared and never else: whoever writes says the same again and again, of any number of rows, and
    /// `Planning` sees to it that no plan grows old.
    func planOnce() throws(PostgresError) {
        try send("SELECT set_config('plan_cache_mode', 'force_generic_plan', false)")
    }
}
