import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct ControlTests {
    private func cancel(_ job: JobID, in store: any Store, at now: Timestamp = time(5)) async throws -> CancelResult {
        try await store.cancel(job, why: "by request", notice: "cancelled, sorry", at: now)
    }

    private func state(_ job: JobID, in store: any Store) async throws -> JobState? {
        try await store.job(job)?.summary.state
    }

    @Test(
        "a job that waits is cancelled at once, its user told, the next one free", arguments: StoreUnderTest.available)
    func cancelReady(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await test.store.accept("1", id: 1)
            let second = try await test.store.accept("2", id: 2)
            #expect(try await cancel(first, in: test.store) == .cancelled)
            let details = try #require(try await test.store.job(first))
            #expect(details.summary.state == .cancelled && details.summary.reason == "by request")
            #expect(details.events == [JobEvent(at: time(5), what: "cancelled", why: "by request", who: "operator")])
            #expect(try await test.store.sendAll(at: time(5)) == ["cancelled, sorry"])
            #expect(try await test.store.claimAll(at: time(5)).map(\.lease.job) == [second])
        }
    }

    @Test(
        "cancelling the only job leaves an idle conversation, which takes the next message",
        arguments: StoreUnderTest.available)
    func cancelOnly(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await cancel(try await test.store.accept("1", id: 1), in: test.store)
            #expect(try await test.store.claimAll(at: time(5)).isEmpty)
            let next = try await test.store.accept("2", id: 2, at: time(6))
            #expect(try await test.store.claimAll(at: time(6)).map(\.lease.job) == [next])
        }
    }

    @Test("cancelling one that waits behind a running job disturbs that one not", arguments: StoreUnderTest.available)
    func cancelBehind(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let running = try await test.store.begin("1", id: 1)
            let second = try await test.store.accept("2", id: 2)
            let third = try await test.store.accept("3", id: 3)
            #expect(try await cancel(second, in: test.store) == .cancelled)
            #expect(try await test.store.claimAll(at: time(5)).isEmpty)
            try await test.store.settle(running, Settlement(.done), at: time(6))
            #expect(try await test.store.claimAll(at: time(6)).map(\.lease.job) == [third])
        }
    }

    @Test("a running job is told to stop, once", arguments: StoreUnderTest.available)
    func cancelRunning(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("1", id: 1)
            _ = try await test.store.claimOne()
            #expect(try await cancel(job, in: test.store) == .stopping)
            #expect(try await test.store.job(job)?.summary.cancellation == "by request")
            #expect(try await state(job, in: test.store) == .running)
            await #expect(throws: ControlRefusal.self) { try await cancel(job, in: test.store) }
        }
    }

    @Test("what has ended, or never was, cannot be cancelled", arguments: StoreUnderTest.available)
    func nothingToCancel(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("1", id: 1)
            try await test.store.settle(try await test.store.claimOne(), Settlement(.done))
            await #expect(throws: ControlRefusal.notNow("\(job) is done: there is nothing to cancel")) {
                try await cancel(job, in: test.store)
            }
            await #expect(throws: ControlRefusal.unknown("job \(JobID(7))")) {
                try await cancel(JobID(7), in: test.store)
            }
            #expect(try await test.store.sendAll(at: time(9)).isEmpty)
        }
    }

    @Test(
        "a retry is a new job of the same messages, behind what waits, and happens once",
        arguments: StoreUnderTest.available)
    func retry(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("question", id: 1)
            try await test.store.settle(try await test.store.claimOne(), Settlement(.failed, reason: "no luck"))
            let waiting = try await test.store.accept("later", id: 2, at: time(1))
            let retry = try await test.store.retry(job, at: time(2))
            #expect(retry > waiting)
            let first = try await test.store.claimOne(at: time(2))
            #expect(first.lease.job == waiting)
            try await test.store.settle(first, Settlement(.done), at: time(2))
            let again = try await test.store.claimOne(at: time(3))
            #expect(again.lease.job == retry && again.texts == ["question"] && again.attempt == 1)
            #expect(try await state(job, in: test.store) == .failed, "terminal is terminal")
            #expect(try await test.store.job(retry)?.summary.replayOf == job)
            await #expect(throws: ControlRefusal.notNow("\(job) was retried already, as \(retry)")) {
                try await test.store.retry(job, at: time(4))
            }
            #expect(try await test.store.job(job)?.events.last?.who == "operator")
        }
    }

    @Test("what waits, runs or is done cannot be retried", arguments: StoreUnderTest.available)
    func notRetried(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("1", id: 1)
            await #expect(throws: ControlRefusal.self) { try await test.store.retry(job, at: time(1)) }
            let claimed = try await test.store.claimOne()
            await #expect(throws: ControlRefusal.self) { try await test.store.retry(job, at: time(1)) }
            try await test.store.settle(claimed, Settlement(.done))
            await #expect(throws: ControlRefusal.self) { try await test.store.retry(job, at: time(1)) }
            await #expect(throws: ControlRefusal.unknown("job \(JobID(7))")) {
                try await test.store.retry(JobID(7), at: time(1))
            }
            #expect(try await test.store.claimAll(at: time(2)).isEmpty)
        }
    }

    @Test(
        "a replay sends the failed part and those behind it anew, in order, once", arguments: StoreUnderTest.available)
    func replay(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["1", "2", "3"], id: 1)
            let sent = try await test.store.claimDelivery()
            try await test.store.markSent(sent, SendReceipt(), at: time(0))
            let failed = try await test.store.claimDelivery()
            try await test.store.markFailed(failed, reason: "no", at: time(1))
            let replays = try await test.store.replay(failed.id, at: time(2))
            #expect(replays.count == 2)
            #expect(try await test.store.sendAll(at: time(2)) == ["2", "3"])
            await #expect(throws: ControlRefusal.self) { try await test.store.replay(failed.id, at: time(3)) }
            await #expect(throws: ControlRefusal.self) { try await test.store.replay(sent.id, at: time(3)) }
            await #expect(throws: ControlRefusal.unknown("delivery \(DeliveryID(7))")) {
                try await test.store.replay(DeliveryID(7), at: time(3))
            }
            let parts = try await test.store.job(try #require(failed.job))?.summary.parts
            #expect(parts == PartCount(all: 3, sent: 3, failed: 0, reason: nil))
        }
    }

    @Test("what an operator did is there after a crash", arguments: StoreUnderTest.available)
    func durable(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("1", id: 1)
            _ = try await cancel(job, in: test.store)
            let retry = try await test.store.retry(job, at: time(6))
            try await test.crash()
            #expect(try await state(job, in: test.store) == .cancelled)
            #expect(try await test.store.claimAll(at: time(7)).map(\.lease.job) == [retry])
        }
    }
}
