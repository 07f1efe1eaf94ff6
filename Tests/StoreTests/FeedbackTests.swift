import Router
import StoreTesting
import TestSupport
import Testing
import WeCom

@Suite("What people think of answers", .timeLimit(.minutes(10))) struct FeedbackTests {
    private let bot = Endpoint.bot(BotID("aibX"))
    private let group = Group()
    private let person = Peer.user(UserID("zhangsan"))

    private func withAnswer(_ kind: StoreUnderTest, _ body: (TestStore, JobID) async throws -> Void) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("hello", to: bot, id: 1)
            try await test.store.settle(try await test.store.claimOne(), Settlement(.done))
            try await body(test, job)
        }
    }

    @Test("of each person the last word on an answer is kept, also after a crash", arguments: StoreUnderTest.available)
    func last(_ kind: StoreUnderTest) async throws {
        try await withAnswer(kind) { test, job in
            let said = [
                JobFeedback(of: UserID("ZhangSan"), at: time(1), .accurate),
                JobFeedback(
                    of: UserID("zhangsan"), at: time(2), .inaccurate, reasons: [.incomplete, .wrongAnalysis],
                    comment: "more"),
            ]
            for one in said { #expect(try await test.store.keep(one, on: job, of: bot, with: person) == .kept) }
            #expect(try await test.store.keep(said[1], on: job, of: bot, with: person) == .known)
            #expect(try await test.store.keep(said[0], on: job, of: bot, with: person) == .known, "it is older")
            try await test.crash()
            #expect(try await test.store.job(job)?.feedback == [said[1]])
        }
    }

    @Test(
        "feedback from another chat, on another bot or on no job changes nothing",
        arguments: StoreUnderTest.available)
    func elsewhere(_ kind: StoreUnderTest) async throws {
        try await withAnswer(kind) { test, job in
            let said = JobFeedback(of: UserID("lisi"), at: time(1), .accurate)
            for (id, endpoint, peer) in [
                (job, bot, Peer.user(UserID("lisi"))), (job, bot, .chat(ChatID("wrAbC"))),
                (job, .bot(BotID("aibY")), person), (JobID(7), bot, person),
            ] {
                let effect = try await test.store.keep(said, on: id, of: endpoint, with: peer)
                #expect(effect == .unknownAnswer)
            }
            #expect(try await test.store.job(job)?.feedback == [])
        }
    }

    @Test(
        "where WeCom does not tell who it was it counts in a single chat, and in no group",
        arguments: StoreUnderTest.available)
    func nobody(_ kind: StoreUnderTest) async throws {
        try await withAnswer(kind) { test, job in
            let said = JobFeedback(of: nil, at: time(1), .accurate)
            #expect(try await test.store.keep(said, on: job, of: bot, with: nil) == .kept)
            #expect(try await test.store.job(job)?.feedback == [said])
            guard
                case .job(let other) = try await test.store.accept(group.message("hi", from: "a", id: 2), at: time(0))
                    .effect
            else { throw Unexpected("no job") }
            #expect(try await test.store.keep(said, on: other, of: bot, with: nil) == .unknownAnswer)
        }
    }

    @Test("each member of a group has a say, and it goes when the job goes", arguments: StoreUnderTest.available)
    func members(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await store.accept(group.message("hi", from: "a", id: 2), at: time(0))
            let job = try await store.claimOne()
            try await store.settle(job, Settlement(.done))
            for user in ["b", "a"] {
                let said = JobFeedback(of: UserID(user), at: time(1), .cancelled)
                #expect(try await store.keep(said, on: job.lease.job, of: bot, with: group.key.peer) == .kept)
            }
            #expect(try await store.job(job.lease.job)?.feedback.map { $0.user?.text } == ["a", "b"])
            #expect(try await store.pruneAll(at: time(100_000)).jobs == 1)
            let late = JobFeedback(of: UserID("a"), at: time(9), .accurate)
            #expect(
                try await store.keep(late, on: job.lease.job, of: bot, with: group.key.peer) == .unknownAnswer)
        }
    }

    @Test("a comment has a bound, and is cut between characters")
    func bound() {
        let said = JobFeedback(of: nil, at: time(0), .inaccurate, comment: String(repeating: "长", count: 9999))
        #expect(said.comment?.utf8.count == JobFeedback.longestComment / 3 * 3)
    }

    @Test("the id of an answer names its job, and no other text does")
    func ids() {
        let job = JobID(1 << 62)
        #expect(FeedbackID.job(of: FeedbackID(of: job).text) == job)
        for text in ["", "j-", "FB1", "j-\(String(repeating: "z", count: 13))", String(repeating: "0", count: 4096)] {
            #expect(FeedbackID.job(of: text) == nil, "\(text.prefix(20))")
        }
    }
}
