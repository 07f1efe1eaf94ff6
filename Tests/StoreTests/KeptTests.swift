import Router
import StoreTesting
import System
import Testing
import WeCom

/// Tests answers that found no way out, and are given with the next one.
@Suite(.timeLimit(.minutes(10))) struct KeptTests {
    private let chat = ConversationKey(endpoint: appA, user: UserID("zhangsan"))

    /// Takes a message to an answer of these texts, of which the first finds no way out.
    private func strand(
        _ texts: [String], from user: String = "zhangsan", id: Int, in store: any Store,
        as failure: DeliveryFailure = .forWantOfWays
    ) async throws -> JobID {
        let job = try await store.accept("question \(id)", from: user, id: id)
        try await store.settle(
            try await store.claimOne(), Settlement(.done, parts: texts.map { part($0, to: user) }))
        let delivery = try #require(try await store.claimDeliveries(1, at: time(1)).first)
        #expect(try await store.markFailed(delivery.lease, reason: "no way out is left", as: failure, at: time(1)))
        return job
    }

    @Test(
        "an answer that found no way out is given once, with the turn that says so, and its job tells",
        arguments: StoreUnderTest.available)
    func given(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let old = try await strand(["lost"], id: 1, in: test.store)
            try await test.startAgain(after: .kill)
            let kept = try await test.store.kept(for: chat)
            #expect(kept.map(\.job) == [old] && kept.map(\.body) == [part("lost").body])
            #expect(
                try await test.store.deliveries(in: .dead, matching: LedgerFilter()).items.map(\.id)
                    == kept.map(\.delivery))
            let job = try await test.store.accept("next", id: 2)
            var settlement = Settlement(.done, parts: [part("lost and next")])
            settlement.gives = kept
            try await test.store.settle(try await test.store.claimOne(), settlement, at: time(3))
            #expect(try await test.store.kept(for: chat).isEmpty)
            #expect(try await test.store.deliveries(in: .dead, matching: LedgerFilter()).items.isEmpty)
            let details = try #require(try await test.store.job(old))
            #expect(details.events.suffix(2).map(\.what) == ["kept for the next answer", "given"])
            #expect(details.events.last?.why == "with the answer of \(job)")
            #expect(details.deliveries.map(\.state) == [.dropped])
        }
    }

    @Test(
        "what failed for another reason is not kept, nor what was said to somebody else",
        arguments: StoreUnderTest.available)
    func others(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await strand(["refused"], id: 1, in: test.store, as: .ofReply)
            _ = try await strand(["a file"], id: 2, in: test.store, as: .ofOne)
            _ = try await strand(["hers"], from: "lisi", id: 3, in: test.store)
            #expect(try await test.store.kept(for: chat).isEmpty)
            #expect(try await test.store.kept(for: ConversationKey(endpoint: appB, user: UserID("lisi"))).isEmpty)
            #expect(try await test.store.kept(for: ConversationKey(endpoint: appA, user: UserID("LiSi"))).count == 1)
        }
    }

    @Test(
        "the rest of a reply looks for a way itself when a piece found none, or a file of it failed",
        arguments: StoreUnderTest.available,
        [(DeliveryFailure.forWantOfWays, ["2"]), (.ofOne, ["2"]), (.ofReply, [])])
    func rest(_ kind: StoreUnderTest, _ failure: (DeliveryFailure, goesOn: [String])) async throws {
        try await kind.withStore { test in
            _ = try await strand(["1", "2"], id: 1, in: test.store, as: failure.0)
            #expect(try await test.store.claimDeliveries(1, at: time(2)).map(\.part.text) == failure.goesOn)
        }
    }

    @Test(
        "a turn that is stopped gives nothing, and the oldest are listed first, within a bound",
        arguments: StoreUnderTest.available)
    func stopped(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...10 { _ = try await strand(["\(id)"], id: id, in: test.store) }
            let kept = try await test.store.kept(for: chat)
            #expect(kept.map { Part(to: address(), $0.body).text } == (1...8).map(String.init))
            let job = try await test.store.accept("next", id: 20)
            let claimed = try await test.store.claimOne()
            _ = try await test.store.cancel(job, why: "by request", notice: "", at: time(3))
            var settlement = Settlement(.done, parts: [part("all")])
            settlement.gives = kept
            try await test.store.settle(claimed, settlement, at: time(4))
            #expect(try await test.store.kept(for: chat) == kept)
        }
    }

    @Test(
        "what was sent anew is kept no more, and keeps an operator from nothing while an answer is made",
        arguments: StoreUnderTest.available)
    func sentAnew(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await strand(["lost"], id: 1, in: test.store)
            _ = try await strand(["refused"], id: 2, in: test.store, as: .ofReply)
            let failed = try await test.store.deliveries(in: .dead, matching: LedgerFilter()).items
            let (refused, lost) = try (#require(failed.first?.id), #require(failed.last?.id))
            #expect(try await test.store.replay(lost, at: time(2)).count == 1)
            _ = try await test.store.begin("next", id: 3)
            #expect(try await test.store.replay(refused, at: time(4)).count == 1)
        }
    }

    @Test(
        "an operator does not send anew what the answer that is being made may give; what was sent anew is not given",
        arguments: StoreUnderTest.available)
    func replayed(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await strand(["lost"], id: 1, in: test.store)
            let kept = try #require(try await test.store.kept(for: chat).first)
            let running = try await test.store.begin("next", id: 2)
            await #expect(throws: ControlRefusal.self) { try await test.store.replay(kept.delivery, at: time(3)) }
            try await test.store.settle(running, Settlement(.done), at: time(4))
            #expect(try await test.store.replay(kept.delivery, at: time(5)).count == 1)
            #expect(try await test.store.kept(for: chat).isEmpty)
        }
    }
}
