import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct TallyTests {
    /// Three jobs of two people of one app, one of another app, an hour apart: done, failed, open; done.
    private func fill(_ store: any Store) async throws {
        try await store.accept("one", id: 101, at: time(0))
        var done = Settlement(.done, parts: [part("a")])
        done.agent = "coder"
        try await store.settle(try await store.claimOne(), done, at: time(10))
        try await store.accept("two", id: 102, at: time(3600))
        var failed = Settlement(.failed, reason: "no luck")
        failed.agent = "clerk"
        try await store.settle(try await store.claimOne(at: time(3600)), failed, at: time(3601))
        try await store.accept("three", from: "lisi", to: appB, id: 103, at: time(7200))
        done.agent = "clerk"
        try await store.settle(try await store.claimOne(at: time(7200)), done, at: time(7230))
        try await store.accept("four", from: "lisi", id: 104, at: time(10_800))
    }

    private func tallies(
        _ store: any Store, by grouping: JobGrouping, _ change: (inout LedgerFilter) -> Void = { _ in }
    ) async throws -> [JobTally.Group: JobTally.Counts] {
        var filter = LedgerFilter()
        change(&filter)
        let page = try await store.tallies(by: grouping, matching: filter)
        #expect(page.next == nil)
        return Dictionary(uniqueKeysWithValues: page.items.map { ($0.group, $0.counts) })
    }

    @Test(
        "jobs are counted by app, with what became of them and how long answers took",
        arguments: StoreUnderTest.available)
    func apps(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await fill(test.store)
            let counts = try await tallies(test.store, by: .app)
            let (first, second) = (counts[.init(endpoint: appA)], counts[.init(endpoint: appB)])
            #expect(counts.count == 2)
            #expect(first?.jobs == 3 && first?.done == 1 && first?.failed == 1 && first?.cancelled == 0)
            #expect(first?.attempts == 2 && first?.answerTime == .seconds(10))
            #expect(second?.jobs == 1 && second?.done == 1)
            #expect(second?.answerTime == .seconds(30) && second?.longestAnswerTime == .seconds(30))
        }
    }

    @Test("… by person, by the agent of the last turn, by outcome and by time", arguments: StoreUnderTest.available)
    func others(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await fill(store)
            let users = try await tallies(store, by: .user).mapValues(\.jobs)
            #expect(
                users == [
                    .init(endpoint: appA, peer: "user:zhangsan"): 2, .init(endpoint: appA, peer: "user:lisi"): 1,
                    .init(endpoint: appB, peer: "user:lisi"): 1,
                ])
            let agents = try await tallies(store, by: .agent).mapValues(\.jobs)
            #expect(agents == [.init(agent: "coder"): 1, .init(agent: "clerk"): 2, .init(agent: nil): 1])
            let outcomes = try await tallies(store, by: .outcome).mapValues(\.jobs)
            #expect(outcomes == [.init(state: .done): 2, .init(state: .failed): 1, .init(state: .ready): 1])
            let quarters = try await tallies(store, by: .day)
            #expect(quarters.count == 4)
            for quarter in quarters.keys.compactMap(\.quarter) {
                #expect(quarter.seconds % 900 == 0)
                let hours = [0, 3600, 7200, 10_800].map { time($0).since(quarter) }
                #expect(hours.contains { (.zero..<Duration.seconds(900)).contains($0) })
            }
        }
    }

    @Test(
        "a tally counts what the filters let through, and nothing twice over several pages",
        arguments: StoreUnderTest.available)
    func filtered(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await fill(store)
            func jobs(_ change: (inout LedgerFilter) -> Void) async throws -> Int {
                try await tallies(store, by: .outcome, change).values.reduce(0) { $0 + $1.jobs }
            }
            #expect(try await jobs { $0.endpoint = appB } == 1)
            #expect(try await jobs { $0.user = UserID("ZhangSan") } == 2)
            #expect(try await jobs { $0.corp = appB.app?.corpID } == 1)
            #expect(try await jobs { $0.since = time(3600) } == 3)
            #expect(try await jobs { $0.until = time(3600) } == 1)
            #expect(try await jobs { ($0.since, $0.until) = (time(1), time(2)) } == 0)
            let newest = try #require(try await store.jobs(in: nil, matching: LedgerFilter()).items.first)
            #expect(try await jobs { $0.before = newest.id.number } == 3)
        }
    }
}
