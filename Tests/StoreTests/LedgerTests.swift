import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct LedgerTests {
    private func filter(_ change: (inout LedgerFilter) -> Void = { _ in }) -> LedgerFilter {
        var filter = LedgerFilter()
        change(&filter)
        return filter
    }

    /// A conversation of each app, one job of each kind of end in the first.
    private func fill(_ store: any Store) async throws -> (done: JobID, failed: JobID, ready: JobID, other: JobID) {
        let done = try await store.accept("one", id: 101, at: time(0))
        try await store.settle(
            try await store.claimOne(), Settlement(.done, parts: [part("a"), part("b")]), at: time(1))
        let failed = try await store.accept("two", id: 102, at: time(60))
        try await store.settle(
            try await store.claimOne(at: time(60)), Settlement(.failed, reason: "no luck"), at: time(61))
        let other = try await store.accept("three", from: "lisi", to: appB, id: 103, at: time(120))
        let ready = try await store.accept("four", id: 104, at: time(180))
        return (done, failed, ready, other)
    }

    @Test("jobs come newest first, page by page, each once", arguments: StoreUnderTest.available)
    func pages(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            var accepted: [JobID] = []
            for id in 1...7 { accepted.append(try await test.store.accept("\(id)", from: "u\(id)", id: id)) }
            var seen: [JobID] = []
            var next: Int64?
            repeat {
                let page = try await test.store.jobs(
                    in: nil, matching: filter { ($0.limit, $0.before) = (3, next) })
                #expect(page.items.count <= 3)
                seen += page.items.map(\.id)
                next = page.next
            } while next != nil
            #expect(seen == accepted.reversed())
        }
    }

    @Test("each filter lets through what it says, and no more", arguments: StoreUnderTest.available)
    func filters(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            let jobs = try await fill(store)
            func found(
                _ state: JobState? = nil, _ change: (inout LedgerFilter) -> Void = { _ in }
            ) async throws -> [JobID] {
                try await store.jobs(in: state, matching: filter(change)).items.map(\.id)
            }
            #expect(try await found() == [jobs.ready, jobs.other, jobs.failed, jobs.done])
            #expect(try await found(.failed) == [jobs.failed])
            #expect(try await found(.done) == [jobs.done])
            #expect(try await found { $0.endpoint = appB } == [jobs.other])
            #expect(try await found(.failed) { $0.endpoint = appB } == [])
            #expect(try await found { $0.user = UserID("ZhangSan") } == [jobs.ready, jobs.failed, jobs.done])
            #expect(try await found { $0.corp = appB.app?.corpID } == [jobs.other])
            #expect(try await found { ($0.corp, $0.user) = (appB.app?.corpID, UserID("zhangsan")) } == [])
            #expect(try await found { $0.since = time(60) } == [jobs.ready, jobs.other, jobs.failed])
            #expect(try await found { $0.until = time(60) } == [jobs.done])
            #expect(try await found { $0.messageNumber = 102 } == [jobs.failed])
            #expect(try await found(.done) { $0.messageNumber = 102 } == [])
            #expect(try await found { $0.messageNumber = 999 } == [])
        }
    }

    @Test("a MsgId finds the retries of its job, too", arguments: StoreUnderTest.available)
    func retriesByMessage(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let failed = try await fill(test.store).failed
            let retry = try await test.store.retry(failed, at: time(200))
            let found = try await test.store.jobs(in: nil, matching: filter { $0.messageNumber = 102 })
            #expect(found.items.map(\.id) == [retry, failed])
            #expect(found.items.map(\.replayOf) == [failed, nil])
            #expect(found.items.map(\.retriedAs) == [nil, retry])
        }
    }

    @Test("a job tells what was said, what happened and what went out", arguments: StoreUnderTest.available)
    func details(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await fill(test.store).done
            try await test.store.markSent(
                try await test.store.claimDelivery(at: time(2)), SendReceipt(wecomID: "m1"), at: time(2))
            try await test.store.markFailed(
                try await test.store.claimDelivery(at: time(3)), reason: "no", at: time(3))
            let details = try #require(try await test.store.job(job))
            #expect(details.messages.map(\.text) == ["one"])
            #expect(details.messages.map(\.messageID) == ["101"])
            #expect(details.events.map(\.what) == ["running", "done", "sent", "delivery failed"])
            #expect(details.events.map(\.at) == [time(0), time(1), time(2), time(3)])
            #expect(details.deliveries.map(\.state) == [.sent, .failed])
            #expect(details.deliveries.map(\.wecomID) == ["m1", nil])
            #expect(details.deliveries.map(\.text) == ["a", "b"])
            #expect(details.summary.parts == PartCount(all: 2, sent: 1, failed: 1, reason: "no"))
            #expect(details.summary.text == "one")
            let unknown = try await test.store.job(JobID(1))
            #expect(unknown?.summary == nil)
        }
    }

    @Test("dead letters are what failed and was not replayed", arguments: StoreUnderTest.available)
    func dead(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            try await store.answer(["1", "2"], id: 1)
            try await store.answer(["3"], to: "lisi", of: appB, id: 2)
            for delivery in try await store.claimDeliveries(9, at: time(1)) {
                try await store.markFailed(delivery, reason: "no", at: time(1))
            }
            func texts(
                _ selection: DeliverySelection, _ change: (inout LedgerFilter) -> Void = { _ in }
            ) async throws
                -> [String]
            {
                try await store.deliveries(in: selection, matching: filter(change)).items.map(\.text)
            }
            #expect(try await texts(.dead) == ["3", "2", "1"])
            #expect(try await texts(.dead) { $0.endpoint = appA } == ["2", "1"])
            #expect(try await texts(.dead) { $0.messageNumber = 2 } == ["3"])
            #expect(try await texts(.one(.sent)) == [])
            let first = try #require(try await store.deliveries(in: .dead, matching: filter()).items.last)
            #expect(try await store.replay(first.id, at: time(2)).count == 2)
            #expect(try await texts(.dead) == ["3"])
            #expect(try await texts(.one(.failed)) == ["3", "2", "1"])
            #expect(try await texts(.one(.pending)) == ["2", "1"])
            #expect(try await texts(.all) == ["2", "1", "3", "2", "1"])
        }
    }
}
