import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite("Messages that were refused", .timeLimit(.minutes(10))) struct RefusalTests {
    private func refuse(
        _ kind: Notice.Kind, from user: String = "zhangsan", id: Int, at now: Timestamp = time(0),
        in store: any JobStore
    ) async throws {
        let plain = submission("a secret word", from: user, id: id)
        _ = try await store.accept(
            Submission(key: plain.key, conversation: plain.conversation, .notice(Notice(kind, part("no", to: user)))),
            at: now)
    }

    private func jobs(
        of user: String = "zhangsan", in state: JobState? = nil, _ store: any Ledger
    ) async throws -> [JobSummary] {
        var filter = LedgerFilter()
        filter.user = UserID(user)
        return try await store.jobs(in: state, matching: filter).items
    }

    @Test("each is a row of its user with the reason and no text, once", arguments: StoreUnderTest.available)
    func rows(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let reasons: [(Notice.Kind, String)] = [
                (.refusal, "refused: the user may not write to this app"),
                (.tooMuch, "refused: more wait or came in a minute than may"),
                (.tooOld, "refused: older than server.max_message_age"),
            ]
            for (number, reason) in reasons.enumerated() {
                for _ in 1...2 { try await refuse(reason.0, id: number, at: time(Int64(number)), in: test.store) }
            }
            try await refuse(.greeting, id: 9, at: time(9), in: test.store)
            try await refuse(.refusal, from: "lisi", id: 10, at: time(10), in: test.store)
            let found = try await jobs(test.store)
            #expect(found.map(\.reason) == reasons.map(\.1).reversed())
            #expect(found.allSatisfy { $0.state == .cancelled && $0.text.isEmpty && $0.peer == "user:zhangsan" })
            #expect(found.map(\.acceptedAt) == [time(2), time(1), time(0)])
            #expect(try await jobs(in: .cancelled, test.store).count == 3)
            #expect(try await jobs(in: .failed, test.store).isEmpty)
            let shown = try await test.store.job(try #require(found.first).id)
            #expect(shown?.summary == found.first && shown?.messages.isEmpty == true)
        }
    }

    @Test("they stand among the jobs, page by page, each once", arguments: StoreUnderTest.available)
    func pages(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 0..<9 {
                if id % 2 == 0 {
                    try await refuse(.refusal, id: id, at: time(Int64(id)), in: test.store)
                } else {
                    try await test.store.accept("\(id)", id: id, at: time(Int64(id)))
                }
            }
            var (seen, next): ([JobSummary], Int64?) = ([], nil)
            repeat {
                var filter = LedgerFilter()
                (filter.limit, filter.before) = (2, next)
                let page = try await test.store.jobs(in: nil, matching: filter)
                seen += page.items
                next = page.next
            } while next != nil
            #expect(seen.map(\.acceptedAt) == (0..<9).reversed().map { time(Int64($0)) })
        }
    }

    @Test(
        "a pruner deletes what is old, and what comes then is kept",
        arguments: StoreUnderTest.available)
    func pruned(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 0..<3 { try await refuse(.refusal, id: id, at: time(Int64(id)), in: test.store) }
            let page = try await test.store.pruneRefusals(before: time(2), behind: nil)
            #expect(page.pruned == 2 && page.next == nil)
            #expect(try await jobs(test.store).map(\.acceptedAt) == [time(2)])
            try await refuse(.refusal, id: 7, at: time(7), in: test.store)
            #expect(try await jobs(test.store).map(\.acceptedAt) == [time(7), time(2)])
        }
    }

    @Test("what a message said that a worker refuses is forgotten", arguments: StoreUnderTest.available)
    func byWorker(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("a secret word", id: 1)
            var settlement = Settlement(.cancelled, reason: "refused")
            settlement.forgetsText = true
            try await test.store.settle(try await test.store.claimOne(), settlement, at: time(1))
            let shown = try #require(try await test.store.job(job))
            #expect(shown.summary.text.isEmpty && shown.messages.map(\.text) == [""])
            #expect(shown.summary.state == .cancelled && shown.summary.reason == "refused")
        }
    }
}
