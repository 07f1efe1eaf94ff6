import JSON
import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite("What agents remember", .timeLimit(.minutes(10))) struct SessionTests {
    private let conversation = ConversationKey(endpoint: appA, user: UserID("zhangsan"))

    private func update(_ text: String?, isFresh: Bool = false) -> SessionUpdate {
        SessionUpdate(agent: "coder", state: text.map { ["id": .string($0)] }, isFresh: isFresh)
    }

    @Test(
        "what an agent names in the middle of its turn is there for the next run of the job, also after a crash",
        arguments: StoreUnderTest.available)
    func named(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("hello", id: 1)
            #expect(try await test.store.keep(update("s-1", isFresh: true), for: job.lease, at: time(1)))
            try await test.crash()
            let session = try #require(
                try await test.store.session(of: conversation, epoch: 0, agent: "coder"))
            #expect(session.state == ["id": "s-1"])
            #expect(session.job == job.lease.job)
            #expect(session.turns == 0)
        }
    }

    @Test("each answer counts as a turn, and keeps what was named last", arguments: StoreUnderTest.available)
    func turns(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for (number, state) in ["s-1", nil, "s-2"].enumerated() {
                let job = try await test.store.begin("hello", id: number)
                try await test.store.settle(
                    job, Settlement(.done, session: update(state, isFresh: number == 0)), at: time(Int64(number)))
            }
            let session = try await test.store.session(of: conversation, epoch: 0, agent: "coder")
            #expect(session?.state == ["id": "s-2"])
            #expect(session?.turns == 3)
            #expect(session?.startedAt == time(0))
            #expect(session?.usedAt == time(2))
        }
    }

    @Test("a fresh session begins its count anew", arguments: StoreUnderTest.available)
    func fresh(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for number in 0..<3 {
                let job = try await test.store.begin("hello", id: number)
                try await test.store.settle(
                    job, Settlement(.done, session: update("s-\(number)", isFresh: number != 1)),
                    at: time(Int64(number)))
            }
            let session = try await test.store.session(of: conversation, epoch: 0, agent: "coder")
            #expect(session?.turns == 1)
            #expect(session?.startedAt == time(2))
        }
    }

    @Test("who was outbid names nothing any more", arguments: StoreUnderTest.available)
    func outbid(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("hello", id: 1)
            try await test.store.settle(job, Settlement(.ready))
            #expect(try await !test.store.keep(update("s-1", isFresh: true), for: job.lease, at: time(1)))
            #expect(try await test.store.session(of: conversation, epoch: 0, agent: "coder") == nil)
        }
    }

    @Test(
        "a turn writes its own epoch only: what was said before /new does not come back",
        arguments: StoreUnderTest.available)
    func epochs(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("before", id: 1)
            #expect(try await test.store.beginEpoch(of: conversation, at: time(1)))
            try await test.store.settle(job, Settlement(.done, session: update("old", isFresh: true)))
            let next = try await test.store.begin("after", id: 2)
            #expect(next.epoch == 1)
            #expect(try await test.store.session(of: conversation, epoch: 1, agent: "coder") == nil)
            #expect(try await test.store.session(of: conversation, epoch: 0, agent: "coder")?.state == ["id": "old"])
            #expect(try await test.store.session(of: conversation, epoch: 0, agent: "other") == nil)
            let stranger = ConversationKey(endpoint: appB, user: UserID("zhangsan"))
            #expect(try await !test.store.beginEpoch(of: stranger, at: time(1)))
        }
    }

    @Test(
        "sessions are listed with their users, and those that nobody uses any more are forgotten",
        arguments: StoreUnderTest.available)
    func list(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for (number, user) in ["zhangsan", "lisi"].enumerated() {
                let job = try await test.store.begin("hello", from: user, id: number)
                try await test.store.settle(
                    job, Settlement(.done, session: update("s", isFresh: true)), at: time(Int64(number) * 1000))
            }
            var filter = LedgerFilter()
            #expect(
                try await test.store.sessions(matching: filter).items.map(\.peer) == ["user:lisi", "user:zhangsan"])
            filter.user = UserID("ZhangSan")
            let own = try await test.store.sessions(matching: filter).items
            #expect(own.map(\.agent) == ["coder"] && own.map(\.isCurrent) == [true] && own.map(\.turns) == [1])
            let page = try await test.store.pruneSessions(unusedSince: time(500), behind: nil)
            #expect(page.pruned == 1)
            #expect(try await test.store.sessions(matching: LedgerFilter()).items.map(\.peer) == ["user:lisi"])
        }
    }
}
