import Router
import System
import Testing
import WeCom

@Suite struct LeaseTests {
    @Test(
        "a lease that ran out is given back, unless its owner is the one who looks", arguments: StoreUnderTest.available
    )
    func rescue(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("one", id: 1)
            let lost = try await store.claimOne()
            #expect(try await store.rescue(except: "other", at: time(59)) == 0)
            #expect(try await store.rescue(except: "test", at: time(3600)) == 0)
            #expect(try await store.rescue(except: "other", at: time(61)) == 1)
            let again = try await store.claimOne(at: time(61))
            #expect(again.lease.job == lost.lease.job && again.attempt == 1 && again.crashes == 1)
            #expect(
                try await store.settle(lost.lease, as: Settlement(.done, parts: [part("late")]), at: time(62)) == false)
            #expect(try await store.sendAll().isEmpty)
        }
    }

    @Test("a renewed lease lasts, one that is lost is not renewed", arguments: StoreUnderTest.available)
    func renew(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("one", from: "anna", id: 1)
            try await store.accept("two", from: "bert", id: 2)
            let (one, two) = (try await store.claimOne(), try await store.claimOne())
            try await store.settle(two, Settlement(.done))
            #expect(try await store.renew([one.lease, two.lease], until: time(600)) == [one.lease])
            #expect(try await store.rescue(except: "other", at: time(599)) == 0)
            #expect(try await store.rescue(except: "other", at: time(601)) == 1)
        }
    }

    @Test("a job that was there at three crashes is given up, and its user told", arguments: StoreUnderTest.available)
    func poison(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("poison", id: 1)
            for crash in 1...3 {
                let job = try await test.store.claimOne()
                #expect(job.attempt == 1 && job.crashes == crash - 1)
                try await test.crash()
            }
            #expect(try await test.store.claimAll().isEmpty)
            #expect(try await test.store.sendAll() == [ChatTexts.chinese.failed])
        }
    }

    @Test("of jobs that were there at two crashes one runs at a time", arguments: StoreUnderTest.available)
    func suspects(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for user in 1...3 { try await test.store.accept("hello", from: "user\(user)", id: user) }
            for _ in 1...2 {
                #expect(try await test.store.claimAll().count == 3)
                try await test.crash()
            }
            try await test.store.accept("hello", from: "user4", id: 4)
            let claimed = try await test.store.claimAll()
            #expect(claimed.map(\.crashes).sorted() == [0, 2])
            var rules = ClaimRules(limit: 10)
            rules.takesSuspect = false
            #expect(try await test.store.claim(for: "test", within: rules, at: time(2)).isEmpty)
            #expect(try await test.store.claimAll(at: time(5)).count == 1)
        }
    }

    @Test("an app that wants it so has its broken-off turns fail", arguments: StoreUnderTest.available)
    func failsOnCrash(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(recovery: CrashRecovery(failing: [appB])) { test in
            try await test.store.accept("again", to: appA, id: 1)
            try await test.store.accept("not again", to: appB, id: 2)
            #expect(try await test.store.claimAll().count == 2)
            try await test.crash()
            #expect(try await test.store.claimAll().map(\.text) == ["again"])
            #expect(try await test.store.sendAll() == [ChatTexts.chinese.failed])
        }
    }
}
