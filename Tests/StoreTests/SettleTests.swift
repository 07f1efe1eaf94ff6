import Router
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct SettleTests {
    @Test("an outcome and its deliveries are one", arguments: StoreUnderTest.available, TestStore.Ending.allCases)
    func together(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.claimDeliveries(9, at: time(0)).isEmpty)
            try await test.store.settle(job, Settlement(.done, parts: [part("one"), part("two")]))
            try await test.startAgain(after: ending)
            #expect(try await test.store.claimAll().isEmpty)
            let first = try await test.store.claimDelivery()
            #expect(first.part == part("one") && first.job == job.lease.job && first.attempt == 1)
            #expect(first.conversation == job.conversation)
        }
    }

    @Test("a lease settles once", arguments: StoreUnderTest.available)
    func once(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]))
            let again = Settlement(.failed, reason: "late", parts: [part("sorry")])
            #expect(try await test.store.settle(job.lease, as: again, at: time(1)) == false)
            #expect(try await test.store.sendAll() == ["answer"])
        }
    }

    @Test("a lease that was outbid settles nothing", arguments: StoreUnderTest.available)
    func outbid(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let lost = try await test.store.begin("question", id: 1)
            try await test.crash()
            let held = try await test.store.claimOne()
            #expect(held.lease.job == lost.lease.job && held.lease.number > lost.lease.number)
            #expect(
                try await test.store.settle(lost.lease, as: Settlement(.done, parts: [part("late")]), at: time(0))
                    == false
            )
            try await test.store.settle(held, Settlement(.done, parts: [part("answer")]))
            #expect(try await test.store.sendAll() == ["answer"])
        }
    }

    @Test("a lease nobody gave settles nothing", arguments: StoreUnderTest.available)
    func unknown(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("question", id: 1)
            for lease in [Lease(job: job, number: 1), Lease(job: JobID(1), number: 1)] {
                #expect(try await test.store.settle(lease, as: Settlement(.done), at: time(0)) == false)
            }
            #expect(try await test.store.claimAll().map(\.lease.job) == [job])
        }
    }

    @Test("an interrupted job spends no attempt and keeps its place", arguments: StoreUnderTest.available)
    func interrupted(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("first", from: "a", id: 1, at: time(0))
            try await test.store.accept("second", from: "a", id: 2, at: time(1))
            try await test.store.accept("other", from: "b", id: 3, at: time(2))
            let job = try await test.store.claimOne(at: time(3))
            try await test.store.settle(job, Settlement(.ready, spendsAttempt: false), at: time(4))
            let again = try await test.store.claimAll(at: time(5))
            #expect(again.map(\.text) == ["first", "other"])
            #expect(again.first?.attempt == 1 && again.first?.lease.job == job.lease.job)
        }
    }

    @Test("a try that failed and comes again has spent one", arguments: StoreUnderTest.available)
    func spent(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("question", id: 1)
            for attempt in 1...3 {
                let job = try await test.store.claimOne()
                #expect(job.attempt == attempt)
                try await test.store.settle(job, Settlement(.ready))
            }
        }
    }
}
