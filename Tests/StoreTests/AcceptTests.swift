import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

@Suite(.timeLimit(.minutes(10))) struct AcceptTests {
    @Test("what is accepted is on disk", arguments: StoreUnderTest.available, TestStore.Ending.allCases)
    func durable(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            let message = submission("你好 👋🏽\n\"quoted\"", from: "ZhangSan", id: 7)
            let acceptance = try await test.store.accept(message, at: time(0))
            try await test.startAgain(after: ending)
            let job = try await test.store.claimOne()
            #expect(acceptance == Acceptance(.job(job.lease.job)))
            guard case .job(let request) = message.request else { throw Unexpected("\(message.request)") }
            #expect(job.messages == [request.message])
            #expect(job.messages.first?.replyAddress == address("ZhangSan"))
            #expect(job.conversation == message.conversation && job.epoch == 0 && job.attempt == 1)
        }
    }

    @Test("a repeat changes nothing and gives the first effect", arguments: StoreUnderTest.available)
    func repeats(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("once", id: 1)
            for second in 1...5 {
                let again = try await test.store.accept(submission("once", id: 1), at: time(Int64(second)))
                #expect(again == Acceptance(.job(job), isRepeat: true))
            }
            #expect(try await test.store.claimAll().map(\.lease.job) == [job])
        }
    }

    @Test("a repeat is one after a restart", arguments: StoreUnderTest.available, TestStore.Ending.allCases)
    func repeatsAfterRestart(_ kind: StoreUnderTest, _ ending: TestStore.Ending) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("once", id: 1)
            try await test.startAgain(after: ending)
            #expect(
                try await test.store.accept(submission("once", id: 1), at: time(9))
                    == Acceptance(.job(job), isRepeat: true)
            )
            #expect(try await test.store.claimAll().count == 1)
        }
    }

    @Test("a repeat is one when its job is long done", arguments: StoreUnderTest.available)
    func repeatsAfterTheEnd(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await test.store.accept("once", id: 1)
            try await test.store.settle(try await test.store.claimOne(), Settlement(.done, parts: [part("yes")]))
            #expect(try await test.store.sendAll() == ["yes"])
            #expect(
                try await test.store.accept(submission("once", id: 1), at: time(9))
                    == Acceptance(.job(job), isRepeat: true)
            )
            #expect(try await test.store.claimAll().isEmpty)
            #expect(try await test.store.sendAll().isEmpty)
        }
    }

    @Test("of 64 that come at once one makes a job", arguments: StoreUnderTest.available)
    func concurrentRepeats(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            let acceptances = try await withThrowingTaskGroup(of: Acceptance.self) { group in
                for _ in 0..<64 { group.addTask { try await store.accept(submission("once", id: 1), at: time(0)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let claimed = try await store.claimAll()
            #expect(claimed.count == 1)
            #expect(acceptances.count { !$0.isRepeat } == 1)
            #expect(acceptances.allSatisfy { $0.effect == claimed.first.map { .job($0.lease.job) } })
        }
    }

    @Test("the same MsgId of another person is another message", arguments: StoreUnderTest.available)
    func otherUser(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await test.store.accept("hello", from: "zhangsan", id: 1)
            let second = try await test.store.accept("hello", from: "lisi", id: 1)
            #expect(first != second)
            #expect(try await test.store.claimAll().count == 2)
        }
    }

    @Test("the same MsgId at another app is another message", arguments: StoreUnderTest.available)
    func otherApp(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("hello", to: appA, id: 1)
            try await test.store.accept("hello", to: appB, id: 1)
            #expect(Set(try await test.store.claimAll().map(\.conversation.endpoint)) == [appA, appB])
        }
    }

    @Test("an app that nobody named at the start is served, too", arguments: StoreUnderTest.available)
    func newApp(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let app = Endpoint.app(AppKey(corpID: CorpID("ww_corp_a"), agentID: .init(77)))
            try await test.store.accept("hello", to: app, id: 1)
            let job = try await test.store.begin("hello again", to: app, id: 2)
            #expect(job.conversation.endpoint == app && job.text == "hello")
            try await test.restart()
            #expect(try await test.store.claimOne().conversation.endpoint == app)
        }
    }

    @Test("one person is one conversation however the id is spelled", arguments: StoreUnderTest.available)
    func spelling(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.accept("one", from: "ZhangSan", id: 1)
            try await test.store.accept("two", from: "zhangsan", id: 2)
            #expect(try await test.store.claimAll().map(\.text) == ["one"])
        }
    }

    @Test("a job's number grows, also when the clock goes back", arguments: StoreUnderTest.available)
    func numbers(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            var jobs = [try await test.store.accept("now", id: 1, at: time(1000))]
            jobs.append(try await test.store.accept("an hour ago", id: 2, at: time(-2600)))
            try await test.restart()
            jobs.append(try await test.store.accept("after a restart", id: 3, at: time(-100_000)))
            try await test.crash()
            jobs.append(try await test.store.accept("after a crash", id: 4, at: time(0)))
            #expect(jobs == jobs.sorted() && Set(jobs).count == 4)
        }
    }

    @Test("a delivery's number counts for what comes after it, too", arguments: StoreUnderTest.available)
    func numbersAfterDeliveries(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["a", "b"], id: 1, at: time(5000))
            let first = try await test.store.claimDelivery(at: time(5000)).id
            try await test.restart()
            let job = try await test.store.accept("later, by an earlier clock", id: 2, at: time(0))
            #expect(job.number > first.number + 1)
        }
    }

    @Test(
        "a greeting that answers a visit is given once a day in China, or every so many of them, across a restart",
        arguments: StoreUnderTest.available)
    func days(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            var id = 0
            func visit(_ seconds: Int64, every days: Int64, as user: String) async throws -> Bool {
                id += 1
                var notice = Notice(.greeting, nil, atMostOncePer: .seconds(days * 24 * 3600))
                notice.isAnswer = true
                let plain = submission("", from: user, id: id)
                let effect = try await test.store.accept(
                    Submission(key: plain.key, conversation: plain.conversation, .notice(notice)),
                    at: Timestamp(seconds: seconds)
                ).effect
                return effect == .notice(.greeting)
            }
            // 2026-11-29 15:59:59 UTC is one second before midnight in China.
            let midnight: Int64 = 1_795_968_000
            #expect(midnight % 86_400 == 16 * 3600)
            #expect(try await visit(midnight - 1, every: 1, as: "u1"))
            #expect(try await !visit(midnight - 1, every: 1, as: "u1"))
            #expect(try await visit(midnight, every: 1, as: "u1"))
            try await test.startAgain(after: .kill)
            #expect(try await !visit(midnight + 86_399, every: 1, as: "u1"))
            #expect(try await visit(midnight + 86_400, every: 1, as: "u1"))
            #expect(try await visit(midnight, every: 7, as: "u2"))
            #expect(try await !visit(midnight + 6 * 86_400, every: 7, as: "u2"))
            #expect(try await visit(midnight + 7 * 86_400, every: 7, as: "u2"))
            #expect(try await test.store.claimDeliveries(9, at: Timestamp(seconds: midnight)).isEmpty)
        }
    }
}
