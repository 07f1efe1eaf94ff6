import Lifecycle
import RouterTesting
import SQLiteStore
import System
import Testing

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct LeaseKeeperTests {
    @Test("a lease is renewed six times in its length, and holds for as long as its turn runs")
    func renewals() async throws {
        try await withWorkshop { shop in
            let running = shop.turns.begin(try await shop.claim("HOLD"))
            let store = HinderedStore(shop.store)
            try await shop.keepingLeases(over: store) {
                for count in 1...9 {
                    shop.clock.advance(by: .seconds(30))
                    #expect(await store.renewals(atLeast: count) == count)
                    let expired = try await shop.rescueElsewhere()
                    #expect(expired == 0)
                }
            }
            #expect(running.stopReason == nil)
            shop.clock.advance(by: .seconds(181))
            #expect(try await shop.rescueElsewhere() == 1, "nobody renews it any more")
        }
    }

    @Test("a renewal that fails is tried again at half of the time, and the turn goes on if that succeeds")
    func renewedLate() async throws {
        try await withWorkshop { shop in
            let running = shop.turns.begin(try await shop.claim("HOLD"))
            let store = HinderedStore(shop.store)
            store.take(renewals: .fail)
            try await shop.keepingLeases(over: store) {
                shop.clock.advance(by: .seconds(30))
                #expect(await store.renewals(atLeast: 1) == 1)
                for count in 2...3 {
                    await shop.clock.advance(whenSomebodySleepsFor: .seconds(15))
                    #expect(await store.renewals(atLeast: count) == count)
                }
                await shop.clock.untilSomebodySleeps(for: .seconds(15))
                store.take(renewals: .work)
                shop.clock.advance(by: .seconds(15))
                #expect(await store.renewals(atLeast: 4) == 4)
                await shop.clock.untilSomebodySleeps(for: .seconds(30))
                #expect(running.stopReason == nil)
                // The lease of the claim would have expired.
                shop.clock.advance(by: .seconds(110))
                let expired = try await shop.rescueElsewhere()
                #expect(expired == 0)
            }
        }
    }

    @Test("a turn whose lease cannot be renewed is outbid before another may begin, and what it says then is dropped")
    func notRenewed() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("STUBBORN")
            let running = shop.turns.begin(job)
            async let run: Void = shop.jobRun.run(job)
            await shop.agent.isHolding.wait()
            let store = HinderedStore(shop.store)
            store.take(renewals: .fail)
            try await shop.keepingLeases(over: store) {
                shop.clock.advance(by: .seconds(30))
                for _ in 1...6 { await shop.clock.advance(whenSomebodySleepsFor: .seconds(15)) }
                await running.isOver.wait()
                #expect(running.stopReason == .leaseLost)
                let expired = try await shop.rescueElsewhere()
                #expect(expired == 0, "its lease is still its own")
            }
            shop.clock.advance(by: .seconds(61))
            #expect(try await shop.rescueElsewhere() == 1)
            let next = try await shop.store.claim(1, for: "elsewhere", at: shop.clock.timestamp)[0]
            shop.agent.release.reach()
            await run
            #expect(try await shop.sent().isEmpty)
            #expect(try await shop.store.settle(next.lease, as: Settlement(.done), at: shop.clock.timestamp))
            #expect(shop.log.contains("another worker has taken this job over"))
        }
    }

    @Test("a store that does not answer at all is no reason to go on")
    func noAnswer() async throws {
        try await withWorkshop { shop in
            let running = shop.turns.begin(try await shop.claim("HOLD"))
            let store = HinderedStore(shop.store)
            store.take(renewals: .hang)
            try await shop.keepingLeases(over: store) {
                shop.clock.advance(by: .seconds(30))
                _ = await store.renewals(atLeast: 1)
                await shop.clock.untilSomebodySleeps(for: .seconds(90))
                shop.clock.advance(by: .seconds(89))
                #expect(running.stopReason == nil)
                shop.clock.advance(by: .seconds(1))
                await running.isOver.wait()
                #expect(running.stopReason == .leaseLost)
                let expired = try await shop.rescueElsewhere()
                #expect(expired == 0)
                store.release.reach()
            }
        }
    }

    @Test("a process that was suspended for longer than a lease asks the store before it gives its turns up")
    func suspended() async throws {
        try await withWorkshop { shop in
            let running = shop.turns.begin(try await shop.claim("HOLD"))
            let store = HinderedStore(shop.store)
            try await shop.keepingLeases(over: store) {
                shop.clock.advance(by: .seconds(300))
                _ = await store.renewals(atLeast: 1)
                await shop.clock.untilSomebodySleeps(for: .seconds(30))
                #expect(running.stopReason == nil)
                let expired = try await shop.rescueElsewhere()
                #expect(expired == 0)
            }
        }
    }

    @Test("a turn whose job another has taken over is stopped at the next renewal")
    func takenOver() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("HOLD")
            let running = shop.turns.begin(job)
            async let run: Void = shop.jobRun.run(job)
            await shop.agent.isHolding.wait()
            let later = shop.clock.timestamp.advanced(by: .seconds(181))
            #expect(try await shop.store.rescue(except: "elsewhere", at: later) == 1)
            #expect(try await shop.store.claim(1, for: "elsewhere", at: later).count == 1)
            try await shop.keepingLeases(over: shop.store) {
                shop.clock.advance(by: .seconds(30))
                await running.isOver.wait()
            }
            await run
            #expect(try await shop.sent().isEmpty)
            #expect(shop.log.contains("another worker has taken this job over"))
        }
    }

    @Test("what others have left is given back, but not before the store was there for a whole lease")
    func rescue() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("HOLD")
            let store = shop.store
            shop.clock.advance(by: .seconds(200))
            // The lease has run out, as each has after an outage.
            try await shop.keepingLeases(over: store, as: "another") {
                for _ in 1...17 { await letTenSecondsPass(in: shop) }
                let held = try await store.renew([job.lease], for: .zero, at: time(of: shop))
                #expect(held == [job.lease], "it was taken too early")
                await letTenSecondsPass(in: shop)
            }
            #expect(try await store.renew([job.lease], for: .zero, at: time(of: shop)).isEmpty)
            #expect(shop.log.contains("gave back jobs whose worker is gone"))
        }
    }

    /// The number of the process is renewed twice, and what others have left is looked for once.
    private func letTenSecondsPass(in shop: Workshop) async {
        for _ in 1...2 {
            shop.clock.advance(by: .seconds(5))
            await shop.clock.untilSomebodySleeps(for: .seconds(5))
        }
        await shop.clock.untilSomebodySleeps(for: .seconds(10))
    }

    private func time(of shop: Workshop) -> Timestamp { shop.clock.timestamp }

    @Test("a turn that was cancelled elsewhere is stopped within a second")
    func cancelled() async throws {
        try await withWorkshop { shop in
            let job = try await shop.claim("HOLD")
            let running = shop.turns.begin(job)
            try await shop.keepingLeases(over: shop.store) {
                _ = try await shop.store.cancel(
                    job.lease.job, why: "not wanted", notice: "", at: shop.clock.timestamp)
                await shop.clock.advance(whenSomebodySleepsFor: .seconds(1))
                await running.isOver.wait()
                #expect(running.stopReason == .cancelled("not wanted"))
            }
        }
    }
}
