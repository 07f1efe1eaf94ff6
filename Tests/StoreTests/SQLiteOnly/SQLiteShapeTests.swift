import SQLite
import System
import Testing

/// Rows that must not be are refused by the schema itself, whoever writes them.
@Suite(.timeLimit(.minutes(10))) struct SQLiteShapeTests {
    @Test(
        "an impossible row is refused",
        arguments: [
            "INSERT INTO jobs (job, conv, state, epoch) VALUES (1, 1, 'asleep', 0)",
            "INSERT INTO jobs (job, conv, state, epoch) VALUES (1, 1, 'running', 0)",
            "INSERT INTO jobs (job, conv, state, epoch, owner, lease_until) VALUES (1, 1, 'ready', 0, 'me', 1)",
            "INSERT INTO jobs (job, conv, state, epoch, owner) VALUES (1, 1, 'running', 0, 'me')",
            "INSERT INTO jobs (job, conv, state, epoch) VALUES (1, 1, 'done', 0)",
            "INSERT INTO jobs (job, conv, state, epoch, ended_at) VALUES (1, 1, 'ready', 0, 1)",
            "INSERT INTO jobs (job, conv, state, epoch) VALUES (1, 'one', 'ready', 0)",
            "INSERT INTO queue VALUES (1, 1, 4, 0)",
            "INSERT INTO queue VALUES (1, 1, 0, 0)",
            "INSERT INTO outbox VALUES (1, 1, 9, 0, NULL, NULL)",
            "INSERT INTO outbox VALUES (1, 1, 3, 0, NULL, NULL)",
            "INSERT INTO outbox VALUES (1, 1, 3, 0, 'me', NULL)",
            "INSERT INTO outbox VALUES (1, 1, 1, 0, 'me', 1)",
            "INSERT INTO conversations (app, peer) VALUES (1, NULL)",
            "INSERT INTO apps (key) VALUES ('x'), ('x')",
            "INSERT INTO conversations (app, peer) VALUES (1, 'user:a'), (1, 'user:a')",
            "INSERT INTO dedup VALUES (1, x'00', 0, NULL, 0), (1, x'00', 0, NULL, 0)",
            delivery("3, 'message', 'pending', 0, NULL, NULL"),
            delivery("1, 'letter', 'pending', 0, NULL, NULL"),
            delivery("1, 'message', 'lost', 0, NULL, NULL"),
            delivery("1, 'message', 'sent', 1, 1, NULL"),
            delivery("1, 'message', 'pending', 0, NULL, 5"),
            delivery("1, 'message', 'sending', 1, NULL, NULL"),
            delivery("1, 'message', 'pending', 0, 1, NULL"),
            delivery("1, 'message', 'sending', 1, 2, NULL"),
        ]
    )
    func refused(statement: String) async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            await test.close()
            let connection = try Connection(to: test.path, .readWrite)
            let error = #expect(throws: SQLiteError.self) { try connection.execute(statement) }
            #expect(error?.kind == .constraint)
        }
    }

    @Test(
        "a possible row is not",
        arguments: [
            "INSERT INTO jobs (job, conv, state, epoch, owner, lease_until) VALUES (1, 1, 'running', 0, 'me', 1)",
            "INSERT INTO jobs (job, conv, state, epoch, ended_at) VALUES (1, 1, 'cancelled', 0, 1)",
            delivery("0, 'recall', 'pending', 0, NULL, NULL"),
            delivery("2, 'card_update', 'dropped', 0, NULL, 5"),
            delivery("1, 'message', 'sent', 2, 0, 5"),
        ]
    )
    func taken(statement: String) async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            await test.close()
            let connection = try Connection(to: test.path, .readWrite)
            try connection.execute(statement)
        }
    }

    private static func delivery(_ values: String) -> String {
        """
        INSERT INTO deliveries (delivery, conv, class, kind, state, attempt, checked, ended_at, body, digest)
        VALUES (1, 1, \(values), '', x'')
        """
    }
}
