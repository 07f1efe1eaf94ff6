import Router
import StoreTesting
import System
import Testing
import WeCom

/// Tests what a person hears while a turn runs, and what becomes of it when the turn has ended.
@Suite(.timeLimit(.minutes(10))) struct SignsOfLifeTests {
    @Test(
        "a sign of life goes after everything else, and in place of one that has not gone yet",
        arguments: StoreUnderTest.available)
    func order(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            #expect(try await test.store.say(part("lost a file"), as: .control, for: job.lease, at: time(2)))
            #expect(try await test.store.say(part("still at it"), as: .progress, for: job.lease, at: time(3)))
            #expect(try await test.store.sendAll(at: time(4)) == ["lost a file", "still at it"])
        }
    }

    @Test(
        "messages of open jobs that came with files are found from a moment on, whatever the age of their job",
        arguments: StoreUnderTest.available)
    func withFiles(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let bot = Endpoint.bot(BotID("aib"))
            func send(_ id: Int, at seconds: Int64, with media: [SentMedia], _ merging: Bool = false) async throws {
                let words = AcceptedMessage(
                    from: UserID("a"), text: "\(id)", media: media, messageID: "\(id)", sentAt: time(seconds),
                    replyAddress: address("a"))
                var request = JobRequest(words, refusal: Notice(.tooMuch, nil))
                request.whileBusy = merging ? .merge : .queue
                _ = try await test.store.accept(
                    Submission(
                        key: DedupKey(stamp: Int64(id), digest: Array(repeating: 1, count: 16)),
                        conversation: ConversationKey(endpoint: bot, user: UserID("a")), .job(request)),
                    at: time(seconds))
            }
            func found(since seconds: Int64, atMost limit: Int = 9) async throws -> [String] {
                let all = try await test.store.messagesWithFiles(sentSince: time(seconds), atMost: limit)
                #expect(all.allSatisfy { $0.endpoint == bot && !$0.message.media.isEmpty })
                return all.map(\.message.text)
            }
            let picture = SentMedia(.image, .sealed(url: "https://files/1", key: Secret("k")))
            try await send(1, at: 0, with: [picture])
            try await send(2, at: 1, with: [])
            try await send(3, at: 400, with: [picture, picture], true)
            #expect(try await found(since: 0) == ["1", "3"])
            #expect(try await found(since: 0, atMost: 1) == ["1"])
            #expect(try await found(since: 1) == ["3"])
            try await test.restart()
            #expect(try await found(since: 400) == ["3"])
            for _ in 1...2 {
                for job in try await test.store.claimAll(at: time(500)) {
                    try await test.store.settle(job, Settlement(.done), at: time(500))
                }
            }
            #expect(try await found(since: 0).isEmpty)
        }
    }

    // MARK: Jobs that nobody has begun

    @Test(
        "jobs that no worker has had are found in their order, each behind the last that was seen",
        arguments: StoreUnderTest.available)
    func untouched(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let begun = try await test.store.accept("1", from: "a", id: 1)
            #expect(try await test.store.claimOne().lease.job == begun)
            let jobs = [
                try await test.store.accept("2", from: "a", id: 2, at: time(1)),
                try await test.store.accept("3", from: "b", to: appB, id: 3, at: time(2)),
            ]
            let all = [UntouchedJob(jobs[0], to: appA), UntouchedJob(jobs[1], to: appB)]
            #expect(try await test.store.untouchedJobs(behind: JobID(0), upTo: jobs[1], atMost: 9) == all)
            #expect(try await test.store.untouchedJobs(behind: jobs[0], upTo: jobs[1], atMost: 9) == [all[1]])
            #expect(try await test.store.untouchedJobs(behind: JobID(0), upTo: jobs[0], atMost: 9) == [all[0]])
            #expect(try await test.store.untouchedJobs(behind: JobID(0), upTo: jobs[1], atMost: 1) == [all[0]])
        }
    }

    @Test(
        "a job that waits is acknowledged once, with the number of those ahead of it; its turn does not say so again",
        arguments: StoreUnderTest.available)
    func acknowledged(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await test.store.begin("1", id: 1)
            try await test.store.accept("2", id: 2)
            let third = try await test.store.accept("3", id: 3)
            #expect(try await test.store.acknowledge(third, at: time(5)) { "\($0) ahead" })
            #expect(try await test.store.sendAll(at: time(5)) == ["2 ahead"])
            #expect(try await test.store.acknowledge(third, at: time(6)) { "\($0) ahead" } == false)
            #expect(try await test.store.acknowledge(first.lease.job, at: time(6)) { "\($0)" } == false, "it runs")
            for _ in 1...2 {
                let running = try await test.store.claim(1, for: "test", at: time(7)).first ?? first
                try await test.store.settle(running, Settlement(.done), at: time(7))
            }
            let last = try await test.store.claimOne(at: time(8))
            #expect(last.lease.job == third)
            #expect(try await test.store.acknowledge(part("at it"), for: last.lease, at: time(9)) == false)
            try await test.store.settle(last, Settlement(.done, parts: [part("answer")]), at: time(9))
            #expect(try await test.store.sendAll(at: time(9)).first == "answer")
        }
    }

    @Test(
        "an acknowledgement that has not gone makes room for that of the turn", arguments: StoreUnderTest.available)
    func overtaken(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("1", id: 1)
            #expect(try await test.store.acknowledge(job, at: time(5)) { _ in "it waits" })
            let running = try await test.store.claimOne(at: time(6))
            #expect(try await test.store.acknowledge(part("at it"), for: running.lease, at: time(6)))
            #expect(try await test.store.sendAll(at: time(7)) == ["at it"])
        }
    }

    @Test(
        "a job that is cancelled while it waits has its acknowledgement taken back", arguments: StoreUnderTest.available
    )
    func takenBack(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("1", id: 1)
            let job = try await test.store.accept("2", id: 2)
            #expect(try await test.store.acknowledge(job, at: time(5)) { "\($0) ahead" })
            let sign = try await test.store.claimDelivery(at: time(5))
            try await test.store.markSent(sign, SendReceipt(wecomID: "m-1"), at: time(5))
            _ = try await test.store.cancel(job, why: "not wanted", notice: "", at: time(6))
            #expect(try await test.store.claimDelivery(at: time(6)).recalled == "m-1")
        }
    }

    @Test("the answer drops a sign that has not gone", arguments: StoreUnderTest.available)
    func dropped(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]), at: time(2))
            #expect(try await test.store.sendAll(at: time(3)) == ["answer"])
            let states = try await test.store.job(job.lease.job)?.deliveries.map(\.state)
            #expect(states == [.dropped, .sent])
        }
    }

    @Test(
        "a sign that went is taken back after the answer, by what WeCom calls it", arguments: StoreUnderTest.available)
    func recalled(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let sign = try await signSent(in: test.store)
            try await test.store.settle(sign.job, Settlement(.done, parts: [part("answer")]), at: time(3))
            let answer = try await test.store.claimDelivery(at: time(4))
            #expect(answer.part.text == "answer")
            try await test.store.markSent(answer, SendReceipt(), at: time(4))
            let recall = try await test.store.claimDelivery(at: time(4))
            #expect(recall.part.body == .recall(of: sign.delivery) && recall.recalled == "m-sign")
            #expect(!recall.checksDuplicates)
            try await test.store.markSent(recall, SendReceipt(), at: time(4))
            #expect(try await test.store.claimDeliveries(9, at: time(4)).isEmpty)
        }
    }

    @Test("an app that keeps its signs keeps them", arguments: StoreUnderTest.available)
    func kept(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let sign = try await signSent(in: test.store)
            try await test.store.settle(
                sign.job, Settlement(.done, parts: [part("answer")], recallsSigns: false), at: time(3))
            #expect(try await test.store.sendAll(at: time(4)) == ["answer"])
        }
    }

    @Test(
        "a sign that is on its way when the answer comes is taken back once it is there",
        arguments: StoreUnderTest.available)
    func onItsWay(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            let sign = try await test.store.claimDelivery(at: time(1))
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]), at: time(2))
            try await test.store.markSent(sign, SendReceipt(wecomID: "late"), at: time(3))
            let answer = try await test.store.claimDelivery(at: time(3))
            try await test.store.markSent(answer, SendReceipt(), at: time(3))
            #expect(try await test.store.claimDelivery(at: time(3)).recalled == "late")
        }
    }

    @Test("a sign that failed to go does not go after the answer", arguments: StoreUnderTest.available)
    func tooLate(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            let sign = try await test.store.claimDelivery(at: time(1))
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]), at: time(2))
            try await test.store.postpone(sign, until: time(3), reason: "busy", at: time(2))
            #expect(try await test.store.sendAll(at: time(9)) == ["answer"])
            #expect(try await test.store.deliveries(in: .dead, matching: LedgerFilter()).items.isEmpty)
        }
    }

    @Test(
        "a sign that WeCom refuses is no dead letter, and the answer goes all the same",
        arguments: StoreUnderTest.available)
    func refused(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            let sign = try await test.store.claimDelivery(at: time(1))
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]), at: time(2))
            try await test.store.markFailed(sign, reason: "no such user", at: time(2))
            #expect(try await test.store.sendAll(at: time(3)) == ["answer"])
            #expect(try await test.store.deliveries(in: .dead, matching: LedgerFilter()).items.isEmpty)
        }
    }

    @Test("a turn that lost its lease says nothing any more", arguments: StoreUnderTest.available)
    func outbid(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let lost = try await test.store.begin("question", id: 1)
            try await test.store.settle(lost, Settlement(.ready, spendsAttempt: false))
            _ = try await test.store.claimOne(at: time(1))
            #expect(
                try await test.store.say(part("from the grave"), as: .progress, for: lost.lease, at: time(2)) == false)
            #expect(try await test.store.sendAll(at: time(2)).isEmpty)
        }
    }

    @Test(
        "a sign that was on its way when we were killed does not go after the answer",
        arguments: StoreUnderTest.available)
    func killed(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            _ = try await test.store.claimDelivery(at: time(1))
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]), at: time(2))
            try await test.startAgain(after: .kill)
            #expect(try await test.store.sendAll(at: time(3)) == ["answer"])
        }
    }

    @Test("an answer does not wait for the next try of a sign", arguments: StoreUnderTest.available)
    func backOff(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.begin("question", id: 1)
            #expect(try await test.store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
            let sign = try await test.store.claimDelivery(at: time(1))
            try await test.store.postpone(sign, until: time(300), reason: "busy", at: time(1))
            #expect(try await test.store.sendAll(at: time(2)).isEmpty)
            try await test.store.settle(job, Settlement(.done, parts: [part("answer")]), at: time(3))
            #expect(try await test.store.sendAll(at: time(3)) == ["answer"])
        }
    }

    @Test("a job that is cancelled while it waits takes its signs back", arguments: StoreUnderTest.available)
    func cancelled(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let sign = try await signSent(in: test.store)
            try await test.store.settle(sign.job, Settlement(.waiting, due: time(60)), at: time(3))
            _ = try await test.store.cancel(sign.job.lease.job, why: "by request", notice: "cancelled", at: time(4))
            let notice = try await test.store.claimDelivery(at: time(4))
            #expect(notice.part.text == "cancelled")
            try await test.store.markSent(notice, SendReceipt(), at: time(4))
            #expect(try await test.store.claimDelivery(at: time(4)).recalled == "m-sign")
        }
    }

    /// A job whose sign of life has gone out.
    private func signSent(
        in store: any JobStore & DeliveryStore
    ) async throws -> (job: ClaimedJob, delivery: DeliveryID) {
        _ = try await store.accept(submission("question", id: 1), at: time(0))
        let job = try #require(try await store.claim(1, for: "test", at: time(0)).first)
        #expect(try await store.say(part("at it"), as: .progress, for: job.lease, at: time(1)))
        let sign = try #require(try await store.claimDeliveries(1, at: time(1)).first)
        try await store.markSent(sign, SendReceipt(wecomID: "m-sign"), at: time(2))
        return (job, sign.id)
    }
}
