import JSON
import Router
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct RestartTests {
    @Test(
        "what ran is ready again, in its place and with its attempt",
        arguments: StoreUnderTest.available,
        TestStore.Ending.allCases
    )
    func running(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            try await test.store.accept("first", from: "a", id: 1, at: time(0))
            try await test.store.accept("second", from: "a", id: 2, at: time(1))
            let job = try await test.store.claimOne(at: time(2))
            try await test.store.accept("other", from: "b", id: 3, at: time(3))
            try await test.startAgain(after: ending)
            let again = try await test.store.claimAll(at: time(4))
            #expect(again.map(\.text) == ["first", "other"])
            #expect(again.first?.attempt == 1 && again.first?.lease.job == job.lease.job)
        }
    }

    @Test(
        "what was being sent goes again, the same to the byte and to the duplicate check",
        arguments: StoreUnderTest.available,
        TestStore.Ending.allCases
    )
    func sending(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["same"], to: "a", id: 1)
            #expect(try await test.store.sendAll() == ["same"])
            try await test.store.answer(["same"], to: "a", id: 2)
            try await test.store.answer(["new"], to: "b", id: 3)
            let before = try await test.store.claimDeliveries(9, at: time(1))
            #expect(before.map(\.checksDuplicates) == [false, true])
            try await test.startAgain(after: ending)
            // So much later the check would be asked for, were it decided anew.
            let again = try await test.store.claimDeliveries(9, at: time(20_000))
            for delivery in before {
                let same = try #require(again.first { $0.id == delivery.id })
                #expect(same.part.json.bytes == delivery.part.json.bytes)
                #expect(same.checksDuplicates == delivery.checksDuplicates && same.attempt == 2)
            }
            #expect(again.count == 2)
        }
    }

    @Test("what waits for its next try still waits", arguments: StoreUnderTest.available)
    func postponed(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["later"], id: 1)
            let delivery = try await test.store.claimDelivery()
            try await test.store.postpone(delivery, until: time(60), reason: "busy", at: time(0))
            try await test.restart()
            #expect(try await test.store.claimDeliveries(9, at: time(59)).isEmpty)
            #expect(try await test.store.claimDelivery(at: time(60)).attempt == 2)
        }
    }

    @Test("what ended stays ended", arguments: StoreUnderTest.available, TestStore.Ending.allCases)
    func ended(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["sent"], to: "a", id: 1)
            _ = try await test.store.sendAll()
            try await test.store.answer(["failed"], to: "b", id: 2)
            try await test.store.markFailed(try await test.store.claimDelivery(), reason: "gone", at: time(0))
            try await test.startAgain(after: ending)
            #expect(try await test.store.claimAll().isEmpty)
            #expect(try await test.store.claimDeliveries(9, at: time(100_000)).isEmpty)
        }
    }
}
