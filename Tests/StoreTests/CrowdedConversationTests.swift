import Router
import StoreTesting
import System
import Testing

/// More than fifty wait in one conversation.
@Suite(.timeLimit(.minutes(10))) struct CrowdedConversationTests {
    private let full = Acceptance(.notice(.tooMuch))

    @Test("fifty may wait, the next is acknowledged and not queued", arguments: StoreUnderTest.available)
    func bound(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...50 { try await test.store.accept("\(id)", id: id) }
            #expect(try await test.store.accept(submission("51", id: 51), at: time(0)) == full)
            #expect(try await test.store.sendAll() == ["too many wait"])
            #expect(try await answered(by: test.store) == (1...50).map(String.init))
        }
    }

    @Test("the job that runs does not wait", arguments: StoreUnderTest.available)
    func running(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("0", id: 100)
            _ = try await test.store.claimOne()
            for id in 1...50 { try await test.store.accept("\(id)", id: id) }
            #expect(try await test.store.accept(submission("51", id: 51), at: time(0)) == full)
        }
    }

    @Test(
        "a refusal is an effect that a repeat finds, also when there is room again",
        arguments: StoreUnderTest.available
    )
    func repeatedRefusal(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...50 { try await test.store.accept("\(id)", id: id) }
            _ = try await test.store.accept(submission("51", id: 51), at: time(0))
            try await test.store.settle(try await test.store.claimOne(), Settlement(.done))
            try await test.restart()
            let again = try await test.store.accept(submission("51", id: 51), at: time(1))
            #expect(again == Acceptance(.notice(.tooMuch), isRepeat: true))
            try await test.store.accept("52", id: 52)
        }
    }

    @Test("the person hears of it once an hour", arguments: StoreUnderTest.available)
    func notices(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...50 { try await test.store.accept("\(id)", id: id) }
            for (id, second) in [(51, 0), (52, 1), (53, 3599)] as [(Int, Int64)] {
                #expect(try await test.store.accept(submission("\(id)", id: id), at: time(second)) == full)
            }
            #expect(try await test.store.sendAll() == ["too many wait"])
            try await test.restart()
            #expect(try await test.store.accept(submission("54", id: 54), at: time(3600)) == full)
            #expect(try await test.store.sendAll(at: time(3600)) == ["too many wait"])
        }
    }

    @Test("nobody else is concerned", arguments: StoreUnderTest.available)
    func others(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...51 { _ = try await test.store.accept(submission("\(id)", id: id), at: time(0)) }
            try await test.store.accept("hello", from: "lisi", id: 1)
            try await test.store.accept("hello", to: appB, id: 1)
        }
    }

    private func answered(by store: any Store) async throws -> [String] {
        var texts: [String] = []
        while let job = try await store.claim(1, for: "test", at: time(0)).first {
            texts.append(job.text)
            try await store.settle(job, Settlement(.done))
        }
        return texts
    }
}
