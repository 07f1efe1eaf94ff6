import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct MergeTests {
    private func submit(
        _ text: String, id: Int, _ whileBusy: Conduct.WhileBusy, window: Duration = .zero
    ) -> Submission {
        submission(text, id: id) { rules in
            rules.whileBusy = whileBusy
            rules.mergeWindow = window
        }
    }

    @Test("what comes while a turn runs becomes one next turn", arguments: StoreUnderTest.available)
    func merge(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(submit("one", id: 1, .merge), at: time(0))
            let running = try await store.claimOne()
            let second = try await store.accept(submit("two", id: 2, .merge), at: time(1)).effect
            guard case .job(let next) = second else { throw Unexpected("\(second)") }
            #expect(try await store.accept(submit("three", id: 3, .merge), at: time(2)).effect == .appended(next))
            try await store.settle(running, Settlement(.done, parts: [part("re: one")]))
            #expect(try await store.claimAll().map(\.texts) == [["two", "three"]])
        }
    }

    @Test("nothing is added to what an agent has heard already", arguments: StoreUnderTest.available)
    func heard(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(submit("one", id: 1, .merge), at: time(0))
            try await store.settle(try await store.claimOne(), Settlement(.ready, spendsAttempt: false))
            guard case .job = try await store.accept(submit("two", id: 2, .merge), at: time(1)).effect else {
                throw Unexpected("it was added")
            }
            #expect(try await store.claimAll(at: time(2)).map(\.texts) == [["one"]])
        }
    }

    @Test("a repeat of an added message finds what it came to", arguments: StoreUnderTest.available)
    func repeated(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(submit("one", id: 1, .merge), at: time(0))
            let added = try await store.accept(submit("two", id: 2, .merge), at: time(1))
            #expect(
                try await store.accept(submit("two", id: 2, .merge), at: time(2))
                    == Acceptance(added.effect, isRepeat: true))
            #expect(try await store.claimAll().map(\.texts) == [["one", "two"]])
        }
    }

    @Test(
        "the newest message stops the running turn, and the next answers the messages of both",
        arguments: StoreUnderTest.available)
    func interrupt(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(submit("one", id: 1, .interrupt), at: time(0))
            let running = try await store.claimOne()
            #expect(try await store.cancellations().isEmpty)
            _ = try await store.accept(submit("two", id: 2, .interrupt), at: time(1))
            _ = try await store.accept(submit("three", id: 3, .interrupt), at: time(2))
            #expect(
                try await store.cancellations() == [Cancellation(lease: running.lease, reason: Cancellation.superseded)]
            )
            #expect(try await store.claimAll().isEmpty, "the stopped turn has not ended yet")
            // The agent was quicker than the stop: its answer is no longer wanted.
            try await store.settle(running, Settlement(.done, parts: [part("re: one")]))
            #expect(try await store.claimAll().map(\.texts) == [["one", "two", "three"]])
            #expect(try await store.sendAll().isEmpty)
            #expect(try await store.cancellations().isEmpty)
        }
    }

    @Test("a crash while a turn is being stopped loses none of the messages", arguments: StoreUnderTest.available)
    func crashWhileStopping(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await test.store.accept(submit("one", id: 1, .interrupt), at: time(0))
            _ = try await test.store.claimOne()
            _ = try await test.store.accept(submit("two", id: 2, .interrupt), at: time(1))
            try await test.crash()
            #expect(try await test.store.claimAll().map(\.texts) == [["one", "two"]])
        }
    }

    @Test("a burst waits for the rest of it before the first turn", arguments: StoreUnderTest.available)
    func window(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for (id, text) in ["one", "two", "three"].enumerated() {
                _ = try await store.accept(submit(text, id: id, .queue, window: .seconds(2)), at: time(Int64(id)))
            }
            #expect(try await store.claimAll(at: time(1)).isEmpty)
            #expect(try await store.claimAll(at: time(4)).map(\.texts) == [["one", "two"]])
        }
    }

    @Test("fifty messages are one job's, the next is refused with a notice", arguments: StoreUnderTest.available)
    func bounded(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for id in 1...50 { _ = try await store.accept(submit("m\(id)", id: id, .merge), at: time(0)) }
            let refused = try await store.accept(submit("m51", id: 51, .merge), at: time(0))
            #expect(refused.effect == .notice(.tooMuch))
            #expect(try await store.claimAll().map(\.messages.count) == [50])
            #expect(try await store.sendAll() == ["too many wait"])
        }
    }
}
