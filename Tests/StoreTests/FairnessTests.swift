import Router
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct FairnessTests {
    @Test("an app at its limit is passed over, and the others go on", arguments: StoreUnderTest.available)
    func limit(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for id in 1...5 { try await store.accept("a\(id)", from: "a\(id)", to: appA, id: id) }
            for id in 6...8 { try await store.accept("b\(id)", from: "b\(id)", to: appB, id: id) }
            var rules = ClaimRules(limit: 10)
            rules.limits = [appA: 2]
            #expect(
                try await store.claim(for: "test", within: rules, at: time(0)).map(\.text).sorted() == [
                    "a1", "a2", "b6", "b7", "b8",
                ])
            rules.running = [appA: 2]
            #expect(try await store.claim(for: "test", within: rules, at: time(0)).isEmpty)
            rules.running = [appA: 1]
            #expect(try await store.claim(for: "test", within: rules, at: time(0)).map(\.text) == ["a3"])
        }
    }

    @Test("the last places are for apps that have nothing running", arguments: StoreUnderTest.available)
    func reserve(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for id in 1...20 { try await store.accept("a\(id)", from: "a\(id)", to: appA, id: id) }
            let first = try await store.claim(for: "test", within: ClaimRules(limit: 8, reserved: 1), at: time(0))
            #expect(first.count == 7)
            try await store.accept("b", from: "bert", to: appB, id: 99)
            let rules = ClaimRules(limit: 1, reserved: 1, running: [appA: 7])
            #expect(try await store.claim(for: "test", within: rules, at: time(0)).map(\.text) == ["b"])
        }
    }

    @Test("thousands of jobs of one app do not keep another app's user waiting", arguments: StoreUnderTest.available)
    func flood(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(durability: .normal) { test in
            let store = test.store
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...3000 {
                    group.addTask { try await store.accept("a", from: "a\(id % 1000)", to: appA, id: id) }
                }
                try await group.waitForAll()
            }
            try await store.accept("b", from: "bert", to: appB, id: 5000)
            #expect(try await store.claim(2, for: "test", at: time(1)).map(\.conversation.endpoint).contains(appB))
        }
    }

    @Test(
        "deliveries of an app that may send none stay where they are, and the others go",
        arguments: StoreUnderTest.available)
    func paused(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for id in 1...3 { try await store.answer(["a\(id)", "more"], to: "a\(id)", of: appA, id: id) }
            for id in 4...6 { try await store.answer(["b\(id)"], to: "b\(id)", of: appB, id: id) }
            var rules = DeliveryRules(limit: 10, limits: [appA: 0])
            #expect(try await store.claimDeliveries(within: rules, at: time(0)).map(\.part.text) == ["b4", "b5", "b6"])
            #expect(try await store.claimDeliveries(within: rules, at: time(0)).isEmpty)
            rules.limits = [appA: 1]
            let probe = try await store.claimDeliveries(within: rules, at: time(0))
            #expect(probe.map(\.part.text) == ["a1"] && probe.map(\.attempt) == [1])
            rules.limits = [:]
            let rest = try await store.claimDeliveries(within: rules, at: time(0))
            #expect(rest.map(\.part.text) == ["a2", "a3"] && rest.map(\.attempt) == [1, 1])
        }
    }

    @Test(
        "the last places of the couriers are for apps that have nothing on its way", arguments: StoreUnderTest.available
    )
    func reservedDeliveries(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for id in 1...12 { try await store.answer(["a"], to: "a\(id)", of: appA, id: id) }
            #expect(
                try await store.claimDeliveries(within: DeliveryRules(limit: 8, reserved: 2), at: time(0)).count == 6)
            let rules = DeliveryRules(limit: 2, reserved: 2, inFlight: [appA: 6])
            #expect(try await store.claimDeliveries(within: rules, at: time(0)).isEmpty)
            for id in 13...14 { try await store.answer(["b"], to: "b\(id)", of: appB, id: id) }
            #expect(try await store.claimDeliveries(within: rules, at: time(0)).map(\.part.text) == ["b"])
            let wide = DeliveryRules(limit: 9, inFlight: [appA: 6], limitPerApp: 8)
            #expect(
                try await store.claimDeliveries(within: wide, at: time(0)).map(\.part.text).sorted() == ["a", "a", "b"])
        }
    }
}
