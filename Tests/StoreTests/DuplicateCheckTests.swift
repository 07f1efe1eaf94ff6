import Router
import StoreTesting
import System
import Testing

/// Tests when WeCom is asked to swallow an identical message.
@Suite(.timeLimit(.minutes(10))) struct DuplicateCheckTests {
    private static let fourHours: Int64 = 4 * 3600

    @Test("a text goes under the check", arguments: StoreUnderTest.available)
    func first(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["ok"], id: 1)
            #expect(try await test.store.claimDelivery().checksDuplicates)
        }
    }

    @Test(
        "the same text within four hours goes without, after that with it again",
        arguments: StoreUnderTest.available,
        [(0, false), (fourHours - 1, false), (fourHours, true)] as [(Int64, Bool)]
    )
    func again(_ kind: StoreUnderTest, _ expected: (second: Int64, checks: Bool)) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["ok"], to: "ZhangSan", id: 1)
            #expect(try await test.store.sendAll() == ["ok"])
            try await test.store.answer(["ok"], to: "zhangsan", id: 2)
            #expect(try await test.store.claimDelivery(at: time(expected.second)).checksDuplicates == expected.checks)
        }
    }

    @Test("another text, person or app makes it another message", arguments: StoreUnderTest.available)
    func others(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["ok"], id: 1)
            _ = try await test.store.sendAll()
            try await test.store.answer(["OK"], id: 2)
            try await test.store.answer(["ok"], to: "lisi", id: 3)
            try await test.store.answer(["ok"], of: appB, id: 4)
            let deliveries = try await test.store.claimDeliveries(9, at: time(1))
            #expect(deliveries.count == 3 && deliveries.allSatisfy(\.checksDuplicates))
        }
    }

    @Test("what was not sent swallows nothing", arguments: StoreUnderTest.available)
    func unsent(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["ok"], id: 1)
            try await test.store.markFailed(try await test.store.claimDelivery(), reason: "refused", at: time(0))
            try await test.store.answer(["ok"], id: 2)
            #expect(try await test.store.claimDelivery().checksDuplicates)
        }
    }

    @Test("the first try decides for all", arguments: StoreUnderTest.available, [true, false])
    func kept(_ kind: StoreUnderTest, isFirst: Bool) async throws {
        try await kind.withStore { test in
            if !isFirst {
                try await test.store.answer(["ok"], id: 1)
                _ = try await test.store.sendAll()
            }
            try await test.store.answer(["ok"], id: 2)
            for attempt in 1...4 {
                let moment = time(Int64(attempt) * 10_000)
                let delivery = try await test.store.claimDelivery(at: attempt == 1 ? time(1) : moment)
                #expect(delivery.checksDuplicates == isFirst && delivery.attempt == attempt)
                try await test.store.postpone(delivery, until: moment, reason: "busy", at: moment)
            }
        }
    }
}
