import JSON
import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite("Agents that call", .timeLimit(.minutes(10))) struct CallTests {
    private let token = CallToken("right").digest
    private let wrong = CallToken("wrong").digest

    private func call(_ seq: Int64, _ text: String) -> AgentCall { AgentCall(seq: seq, body: ["text": .string(text)]) }

    private func admitted(_ store: any Store) async throws -> ClaimedJob {
        try await store.accept("report", id: 1)
        let job = try await store.claimOne()
        #expect(try await store.admit(token, for: .events, to: job.lease, at: time(1)))
        return job
    }

    /// The calls behind a mark, without their own marks.
    private func calls(_ store: any Store, about job: JobID, after arrival: Int64 = 0) async throws -> [AgentCall] {
        try await store.calls(about: job, after: arrival).map { AgentCall(seq: $0.seq, body: $0.body) }
    }

    @Test(
        "what is told once is there in the order in which it came, also after a crash; a repeat changes nothing",
        arguments: StoreUnderTest.available)
    func calls(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await admitted(test.store).lease.job
            for told in [call(2, "b"), call(1, "a"), call(2, "another b")] {
                #expect(try await test.store.take(told, about: job, proving: token) == .taken)
            }
            try await test.crash()
            #expect(try await calls(test.store, about: job) == [call(2, "b"), call(1, "a")])
            let marks = try await test.store.calls(about: job, after: 0).map(\.arrival)
            #expect(marks.count == 2 && marks[0] > 0 && marks[1] > marks[0])
            #expect(try await calls(test.store, about: job, after: marks[0]) == [call(1, "a")])
            // While nobody runs the job it may still be told about.
            #expect(try await test.store.take(call(9, "c"), about: job, proving: token) == .taken)
            #expect(try await calls(test.store, about: job, after: marks[1]) == [call(9, "c")])
        }
    }

    @Test("of too many calls the last is still heard", arguments: StoreUnderTest.available)
    func tooMany(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await admitted(test.store).lease.job
            var receipts: [CallReceipt] = []
            let most = AgentCall.mostOfOneJob - AgentCall.keptForTheLast
            for seq in 1...most + 1 {
                receipts.append(
                    try await test.store.take(call(Int64(seq), ""), about: job, proving: token))
            }
            #expect(receipts.filter { $0 == .taken }.count == most)
            #expect(receipts.last == .tooMany)
            let last = AgentCall(seq: 20_000, body: ["type": "final", "text": "done"])
            #expect(try await test.store.take(last, about: job, proving: token) == .taken)
            #expect(try await test.store.take(call(1, ""), about: job, proving: token) == .taken, "known")
        }
    }

    @Test("nothing is told without the job's own token, and nothing is learned", arguments: StoreUnderTest.available)
    func tokens(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await admitted(test.store)
            let other = try await test.store.accept("other", from: "lisi", id: 2)
            #expect(
                try await test.store.take(call(1, "x"), about: job.lease.job, proving: wrong)
                    == .wrongToken)
            #expect(try await test.store.take(call(1, "x"), about: other, proving: token) == .unknown)
            #expect(try await test.store.take(call(1, "x"), about: JobID(1), proving: token) == .unknown)
            #expect(try await test.store.standing(of: job.lease.job, proving: token, for: .files) == .wrongToken)
            #expect(try await test.store.admit(wrong, for: .files, to: job.lease, at: time(2)))
            #expect(try await test.store.standing(of: job.lease.job, proving: wrong, for: .files) == .taken)
            #expect(try await test.store.standing(of: job.lease.job, proving: wrong, for: .events) == .wrongToken)
            #expect(try await test.store.calls(about: job.lease.job, after: 0).isEmpty)
        }
    }

    @Test(
        "who calls learns that the job is to stop, and that it is over; what was told then goes",
        arguments: StoreUnderTest.available)
    func over(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await admitted(test.store)
            let id = job.lease.job
            #expect(try await test.store.take(call(1, "x"), about: id, proving: token) == .taken)
            _ = try await test.store.cancel(id, why: "enough", notice: "", at: time(3))
            #expect(try await test.store.take(call(2, "y"), about: id, proving: token) == .stopping)
            try await test.store.settle(job, Settlement(.done))
            #expect(try await test.store.take(call(3, "z"), about: id, proving: token) == .over)
            #expect(try await test.store.standing(of: id, proving: token, for: .events) == .over)
            #expect(try await test.store.calls(about: id, after: 0).isEmpty)
            #expect(try await !test.store.admit(wrong, for: .events, to: job.lease, at: time(5)))
        }
    }

    @Test("about one job no more is told than may be", arguments: StoreUnderTest.available)
    func bound(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(durability: .normal) { test in
            let job = try await admitted(test.store).lease.job
            let large = String(repeating: "x", count: 9 << 20)
            for seq in 1...3 as ClosedRange<Int64> {
                #expect(try await test.store.take(call(seq, large), about: job, proving: token) == .taken)
            }
            #expect(try await test.store.take(call(4, large), about: job, proving: token) == .tooMany)
            // One that is there already is no more than there was.
            #expect(try await test.store.take(call(2, large), about: job, proving: token) == .taken)
            #expect(try await test.store.take(call(5, "small"), about: job, proving: token) == .taken)
            #expect(try await test.store.calls(about: job, after: 0).map(\.seq) == [1, 2, 3, 5])
            try await test.store.forgetCalls(about: job)
            #expect(try await test.store.take(call(4, large), about: job, proving: token) == .taken)
        }
    }

    @Test("what is told is measured in bytes", arguments: StoreUnderTest.available)
    func bytes(_ kind: StoreUnderTest) async throws {
        try await kind.withStore(durability: .normal) { test in
            let job = try await admitted(test.store).lease.job
            // Three bytes each.
            let large = String(repeating: "长", count: 6 << 20)
            #expect(try await test.store.take(call(1, large), about: job, proving: token) == .taken)
            #expect(try await test.store.take(call(2, large), about: job, proving: token) == .tooMany)
        }
    }
}
