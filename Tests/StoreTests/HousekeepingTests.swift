import Router
import StoreTesting
import System
import Testing

@Suite(.timeLimit(.minutes(10))) struct HousekeepingTests {
    @Test("a key is known again until its time has come", arguments: StoreUnderTest.available)
    func keys(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("old", from: "a", id: 1, at: time(0))
            try await test.store.accept("new", from: "b", id: 2, at: time(10))
            let page = try await test.store.pruneKeys(seenBefore: time(10), behind: nil)
            #expect(page.pruned == 1 && page.next == nil)
            #expect(try await test.store.accept(submission("new", from: "b", id: 2), at: time(20)).isRepeat)
            #expect(try await test.store.accept(submission("old", from: "a", id: 1), at: time(20)).isRepeat == false)
        }
    }

    @Test(
        "page after page, every key is looked at, whatever the order of the stamps", arguments: StoreUnderTest.available
    )
    func pages(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(durability: .normal) { test in
            // Every third is old.
            for id in 1...2100 {
                try await test.store.accept("\(id)", from: "user\(id)", id: id, at: time(id.isMultiple(of: 3) ? 0 : 10))
            }
            var (mark, pruned, pages) = (DedupKey?.none, 0, 0)
            repeat {
                let page = try await test.store.pruneKeys(seenBefore: time(5), behind: mark)
                (mark, pruned, pages) = (page.next, pruned + page.pruned, pages + 1)
            } while mark != nil
            #expect(pruned == 700 && pages == 3)
            #expect(try await test.store.accept(submission("1", from: "user1", id: 1), at: time(20)).isRepeat)
        }
    }

    @Test(
        "an ended job that has outlived its time goes, and its conversation goes on",
        arguments: StoreUnderTest.available)
    func jobs(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["old"], to: "a", id: 1, at: time(0))
            _ = try await test.store.sendAll(at: time(1))
            try await test.store.answer(["new"], to: "a", id: 2, at: day)
            _ = try await test.store.sendAll(at: day)
            let retention = JobRetention(endedBefore: day)
            #expect(try await test.store.pruneJobs(retention, behind: nil, at: twoDays).pruned == 1)
            #expect(try await test.store.pruneJobs(retention, behind: nil, at: twoDays).pruned == 0)
            try await test.startAgain(after: .kill)
            try await test.store.answer(["newest"], to: "a", id: 3, at: twoDays)
            #expect(try await test.store.sendAll(at: twoDays) == ["newest"])
        }
    }

    @Test("what is open stays, however old", arguments: StoreUnderTest.available)
    func open(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["sending"], to: "sending", id: 1)
            #expect(try await test.store.claimDelivery().part.text == "sending")
            try await test.store.answer(["postponed"], to: "postponed", id: 2)
            let postponed = try await test.store.claimDelivery()
            try await test.store.postpone(postponed, until: twoDays, reason: "busy", at: time(0))
            try await test.store.answer(["1", "2"], to: "pending", id: 3)
            try await test.store.accept("runs", from: "running", id: 4)
            _ = try await test.store.claimOne()
            try await test.store.accept("waits", from: "running", id: 5)
            try await test.store.accept("is ready", from: "ready", id: 6)

            let retention = JobRetention(endedBefore: day, olderThan: JobID(.max))
            #expect(try await test.store.pruneJobs(retention, behind: nil, at: twoDays).pruned == 0)
            try await test.restart()
            #expect(try await test.store.claimAll(at: twoDays).map(\.text).sorted() == ["is ready", "runs"])
            #expect(try await test.store.sendAll(at: twoDays).sorted() == ["1", "2", "postponed", "sending"])
        }
    }

    @Test(
        "a part that WeCom still knows stays, so that its repeat is not swallowed", arguments: StoreUnderTest.available)
    func duplicateWindow(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["ok"], id: 1, at: time(0))
            let window = Delivery.duplicateWindow
            let sent = time(10).advanced(by: window)
            let all = JobRetention(endedBefore: sent, olderThan: JobID(.max))
            _ = try await test.store.sendAll(at: sent)
            #expect(try await test.store.pruneJobs(all, behind: nil, at: sent.advanced(by: window)).pruned == 0)
            let later = sent.advanced(by: window + .milliseconds(1))
            #expect(try await test.store.pruneJobs(all, behind: nil, at: later).pruned == 1)
        }
    }

    @Test(
        "an app has open work until its jobs have ended and what is said of them is out",
        arguments: StoreUnderTest.available)
    func openWork(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            #expect(try await !test.store.hasOpenWork(of: appA))
            try await test.store.accept("hello", to: appA, id: 1)
            #expect(try await test.store.hasOpenWork(of: appA))
            #expect(try await !test.store.hasOpenWork(of: appB))
            let job = try await test.store.claimOne()
            #expect(try await test.store.hasOpenWork(of: appA))
            try await test.store.settle(job, Settlement(.done, parts: [part("hi")]))
            #expect(try await test.store.hasOpenWork(of: appA))
            let delivery = try await test.store.claimDelivery()
            #expect(try await test.store.hasOpenWork(of: appA))
            try await test.store.markSent(delivery, SendReceipt(), at: time(1))
            #expect(try await !test.store.hasOpenWork(of: appA))
        }
    }

    @Test("of the jobs that ended, as many of the newest stay as are wanted", arguments: StoreUnderTest.available)
    func count(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            var jobs: [JobID] = []
            for id in 1...10 {
                jobs.append(try await test.store.accept("\(id)", id: id, at: time(Int64(id))))
            }
            for _ in 1...9 { try await test.store.settle(try await test.store.claimOne(), Settlement(.done)) }
            #expect(try await test.store.oldestJob(amongNewest: 4) == jobs[6])
            #expect(try await test.store.oldestJob(amongNewest: 10) == jobs[0])
            #expect(try await test.store.oldestJob(amongNewest: 11) == nil)
            let retention = JobRetention(olderThan: jobs[6])
            #expect(try await test.store.pruneJobs(retention, behind: nil, at: day).pruned == 6)
            #expect(try await test.store.oldestJob(amongNewest: 4) == jobs[6])
            #expect(try await test.store.oldestJob(amongNewest: 5) == nil)
        }
    }

    @Test("open jobs at the old end do not hide ended ones behind them", arguments: StoreUnderTest.available)
    func behindOpenOnes(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(durability: .normal) { test in
            for id in 1...450 { try await test.store.accept("\(id)", from: "user\(id)", id: id, at: time(Int64(id))) }
            let jobs = try await test.store.claimAll(at: time(1000))
            for job in jobs.suffix(20) { try await test.store.settle(job, Settlement(.done), at: time(1000)) }
            #expect(try await test.store.pruneAll(at: twoDays).jobs == 20)
            #expect(try await test.store.pruneAll(at: twoDays).jobs == 0)
        }
    }

    @Test("a notice goes when it has ended and outlived its time", arguments: StoreUnderTest.available)
    func notices(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for id in 1...(Submission.maxWaiting + 1) {
                _ = try await test.store.accept(submission("\(id)", id: id), at: time(0))
            }
            #expect(try await test.store.pruneNotices(endedBefore: day, behind: nil, at: twoDays).pruned == 0)
            #expect(try await test.store.sendAll(at: time(5)) == ["too many wait"])
            #expect(try await test.store.pruneNotices(endedBefore: time(5), behind: nil, at: twoDays).pruned == 0)
            #expect(try await test.store.pruneNotices(endedBefore: day, behind: nil, at: time(6)).pruned == 0)
            #expect(try await test.store.pruneNotices(endedBefore: day, behind: nil, at: twoDays).pruned == 1)
        }
    }
}

private let day = time(86_400)
private let twoDays = time(2 * 86_400)

extension Housekeeping {
    /// Goes through everything that ended more than half a day ago.
    func pruneAll(at now: Timestamp) async throws -> (keys: Int, jobs: Int, notices: Int) {
        let before = now.advanced(by: .seconds(-43_200))
        return (
            keys: try await all { try await self.pruneKeys(seenBefore: before, behind: $0) },
            jobs: try await all {
                let oldest = try await self.oldestJob(amongNewest: 1)
                return try await self.pruneJobs(
                    JobRetention(endedBefore: before, olderThan: oldest), behind: $0, at: now)
            },
            notices: try await all { try await self.pruneNotices(endedBefore: before, behind: $0, at: now) }
        )
    }

    private func all<Mark: Sendable>(_ prune: (Mark?) async throws -> PrunedPage<Mark>) async throws -> Int {
        var (mark, pruned) = (Mark?.none, 0)
        repeat {
            let page = try await prune(mark)
            (mark, pruned) = (page.next, pruned + page.pruned)
        } while mark != nil
        return pruned
    }
}
