import Router
import SQLite
import StoreTesting
import System
import Testing
import WeCom

@Suite("The bound of what is kept of refused messages", .timeLimit(.minutes(10))) struct RefusalBoundTests {
    private func refuse(id: Int, at now: Timestamp, in store: any JobStore) async throws {
        let plain = submission("no", id: id)
        _ = try await store.accept(
            Submission(
                key: plain.key, conversation: plain.conversation,
                .notice(Notice(.refusal, part("no", to: "zhangsan")))), at: now)
    }

    @Test("of 100,000 that are kept the oldest makes room for the next, and no other")
    func oldestGoes() async throws {
        try await StoreUnderTest.sqlite.withStore { test in
            try await refuse(id: 1, at: time(0), in: test.store)
            await test.close()
            do {
                let file = try Connection(to: test.path, .readWrite)
                try file.execute(
                    """
                    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
                    INSERT INTO refusals (slot, refusal, conv, why)
                        SELECT i, (SELECT refusal FROM refusals WHERE slot = 0) + i, conv, why FROM n, refusals
                        WHERE refusals.slot = 0
                    """)
            }
            try await test.restart()
            try await refuse(id: 2, at: time(1_000_000), in: test.store)
            await test.close()
            let file = try Connection(to: test.path, .readOnly)
            let kept = try file.first(
                """
                SELECT count(*), count(DISTINCT slot), max(slot),
                    (SELECT refusal FROM refusals WHERE slot = 0) = max(refusal)
                FROM refusals
                """
            ) { [$0.int(0), $0.int(1), $0.int(2), $0.int(3)] }
            #expect(kept == [100_000, 100_000, 99_999, 1])
            try await test.restart()
        }
    }
}
