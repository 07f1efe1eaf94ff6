import Router
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct RetryTests {
    @Test(
        "a job that waits for its next try is claimed when it is due, and not before",
        arguments: StoreUnderTest.available)
    func due(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("one", id: 1)
            let first = try await store.claimOne()
            try await store.settle(first, Settlement(.waiting, reason: "busy", due: time(60)))
            #expect(try await store.claimAll(at: time(59)).isEmpty)
            let second = try await store.claimOne(at: time(60))
            #expect(second.lease.job == first.lease.job && second.lease.number > first.lease.number)
            #expect(second.attempt == 2)
        }
    }

    @Test("a wait that is no failed attempt spends none", arguments: StoreUnderTest.available)
    func spendsNone(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("one", id: 1)
            let first = try await store.claimOne()
            try await store.settle(first, Settlement(.waiting, reason: "rate", due: time(5), spendsAttempt: false))
            #expect(try await store.claimOne(at: time(5)).attempt == 1)
        }
    }

    @Test("a job that waits holds its own conversation and no other", arguments: StoreUnderTest.available)
    func holdsItsOwn(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.accept("a1", from: "anna", id: 1)
            let first = try await store.claimOne()
            try await store.settle(first, Settlement(.waiting, reason: "busy", due: time(60)))
            try await store.accept("a2", from: "anna", id: 2)
            try await store.accept("b1", from: "bert", id: 3)
            #expect(try await store.claimAll(at: time(1)).map(\.text) == ["b1"])
            #expect(try await store.claimAll(at: time(60)).map(\.text) == ["a1"])
        }
    }

    @Test(
        "a wait outlasts a restart, whatever the ending", arguments: StoreUnderTest.available, TestStore.Ending.allCases
    )
    func outlastsRestart(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("one", id: 1)
            try await test.store.settle(job, Settlement(.waiting, reason: "busy", due: time(60)))
            try await test.startAgain(after: ending)
            #expect(try await test.store.claimAll(at: time(59)).isEmpty)
            #expect(try await test.store.claimAll(at: time(60)).map(\.text) == ["one"])
        }
    }

    @Test("what is said about a wait goes before any reply", arguments: StoreUnderTest.available)
    func notices(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.answer(["first reply"], id: 1)
            try await store.accept("two", id: 2)
            let job = try await store.claimOne()
            try await store.settle(
                job, Settlement(.waiting, reason: "busy", notices: [part("it takes longer")], due: time(60)))
            #expect(try await store.sendAll() == ["it takes longer", "first reply"])
        }
    }
}
