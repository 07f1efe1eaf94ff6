import PostgreSQL
package import Router
package import System

extension PostgresStore: TokenStore {
    package func token(
        of holder: TokenHolder, above known: Int64, lasting least: Duration, for owner: String, at now: Timestamp
    ) async throws -> SharedToken.Step {
        let now = time(now)
        return try await database.write(for: .turns) { db in
            var token = try SharedToken.locked(of: holder, db)
            let before = token
            let step = token.step(above: known, lasting: least, for: owner, at: now)
            if token != before { try token.write(of: holder, db) }
            return step
        }
    }

    package func keep(
        _ sealed: SharedToken.Sealed, of holder: TokenHolder, over number: Int64, by owner: String, at now: Timestamp
    ) async throws -> Bool {
        let sealed = SharedToken.Sealed(sealed.text, expires: time(now).advanced(by: sealed.expires.since(now)))
        return try await database.write(for: .turns) { db in
            var token = try SharedToken.locked(of: holder, db)
            // The answer to an earlier try of this may have been lost.
            if token.number == number + 1, token.sealed?.text == sealed.text { return true }
            guard token.keep(sealed, over: number, by: owner) else { return false }
            try token.write(of: holder, db)
            return true
        }
    }

    package func noteNoToken(
        of holder: TokenHolder, over number: Int64, by owner: String, because reason: String, at now: Timestamp
    ) async throws {
        let now = time(now)
        try await database.write(for: .turns) { db in
            var token = try SharedToken.locked(of: holder, db)
            token.noteNone(over: number, by: owner, because: reason, at: now)
            try token.write(of: holder, db)
        }
    }
}

extension SharedToken {
    /// The row of a holder, which is there and locked from here on.
    fileprivate static func locked(of holder: TokenHolder, _ db: borrowing Connection) throws -> SharedToken {
        try db.send(
            """
            INSERT INTO tokens (app, credentials) VALUES ($1, $2)
            ON CONFLICT (app, credentials) DO UPDATE SET number = tokens.number
            """, holder.app.description, holder.credentials)
        return try db.first(
            """
            SELECT number, text, expires_at, refresher, refreshing_until, failures, held_back_until, failure
            FROM tokens WHERE app = $1 AND credentials = $2
            """, holder.app.description, holder.credentials
        ) { row in
            SharedToken(
                number: row.int64(0),
                sealed: row.optionalText(1).map { Sealed($0, expires: row.timestamp(2)) },
                refresher: row.optionalText(3), refreshingUntil: row.optionalTimestamp(4), failures: row.int(5),
                heldBackUntil: row.optionalTimestamp(6), failure: row.optionalText(7))
        } ?? SharedToken()
    }

    fileprivate func write(of holder: TokenHolder, _ db: borrowing Connection) throws {
        try db.send(
            """
            UPDATE tokens SET number = $3, text = $4, expires_at = $5, refresher = $6, refreshing_until = $7, failures = $8,
                held_back_until = $9, failure = $10
            WHERE app = $1 AND credentials = $2
            """, holder.app.description, holder.credentials, number, sealed?.text, sealed?.expires, refresher,
            refreshingUntil, failures, heldBackUntil, failure)
    }
}
