import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Several processes over one database, each with a store of its own.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct SharedStoreTests {
    @Test("messages that come to several processes at once are worked on in order, by one at a time, and answered once")
    func together() async throws {
        try await withStores(3) { stores in
            let (people, messages) = (5, 12)
            let log = Lock<[String: [Int]]>([:])
            let accepted = Lock<[JobID: (String, Int)]>([:])
            let left = Lock(people * messages)
            try await withThrowingTaskGroup { tasks in
                for person in 1...people {
                    tasks.addTask {
                        // A callback may come twice, and to another process: one effect.
                        for number in 1...messages {
                            let message = submission("\(number)", from: "p\(person)", id: person * 1000 + number) {
                                $0.messagesPerMinute = nil
                            }
                            async let first = stores[(person + number) % 3].accept(message, at: .steady)
                            async let second = stores[(person + number + 1) % 3].accept(message, at: .steady)
                            let both = try await [first, second]
                            #expect(both[0].effect == both[1].effect && both.count { $0.isRepeat } == 1)
                            guard case .job(let job) = both[0].effect else { throw Unexpected("\(both)") }
                            accepted.withLock { $0[job] = ("p\(person)", number) }
                        }
                    }
                }
                for (index, store) in stores.enumerated() {
                    tasks.addTask {
                        while left.withLock({ $0 > 0 }) {
                            for job in try await store.claim(3, for: "node \(index)", at: .steady) {
                                log.withLock {
                                    $0[job.conversation.user?.text ?? "", default: []].append(Int(job.text) ?? 0)
                                }
                                let answer = Settlement(
                                    .done, parts: [part("\(job.text)", to: job.conversation.user?.text ?? "")])
                                #expect(try await store.settle(job.lease, as: answer, at: .steady))
                                left.withLock { $0 -= 1 }
                            }
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            for person in 1...people { #expect(log.withLock { $0["p\(person)"] } == Array(1...messages)) }
            var sent: [String: [Int]] = [:]
            while case let deliveries = try await stores[0].claimDeliveries(50, for: "node 0", at: .steady),
                !deliveries.isEmpty
            {
                for delivery in deliveries {
                    sent[delivery.conversation.user?.text ?? "", default: []].append(Int(delivery.part.text) ?? 0)
                    #expect(try await stores[1].markSent(delivery.lease, SendReceipt(), at: .steady))
                }
            }
            for person in 1...people { #expect(sent["p\(person)"] == Array(1...messages)) }
        }
    }

    @Test("of a group it is kept which job was each member's last; a person's own chat needs no row for that")
    func lastJobs() async throws {
        try await withStores(1) { stores, ask in
            let (store, group) = (stores[0], Group())
            try await store.accept("alone", from: "anna", id: 1)
            for (id, user) in [(2, "anna"), (3, "bert"), (4, "anna")] {
                _ = try await store.accept(group.message("\(id)", from: user, id: id), at: time(0))
            }
            for _ in 1...3 {
                let jobs = try await store.claim(9, for: "node 0", at: time(1))
                let settled = try await withThrowingTaskGroup(of: Bool.self) { tasks in
                    for job in jobs {
                        tasks.addTask {
                            try await store.settle(job.lease, as: Settlement(.done, parts: []), at: time(2))
                        }
                    }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
                #expect(settled.allSatisfy { $0 } && !settled.isEmpty)
            }
            let last = try ask(
                "SELECT member, peer, body::json->>'text' FROM member_jobs JOIN conversations USING (conv) JOIN messages USING (job) ORDER BY 1"
            )
            #expect(last == ["anna|chat:wrAbC|4", "bert|chat:wrAbC|3"], "\(last)")
        }
    }

    @Test("each process numbers by itself, and a number that is given up comes to another")
    func numbers() async throws {
        try await withStores(2) { stores in
            let jobs = try await [
                stores[0].accept("one", from: "a", id: 1), stores[1].accept("two", from: "b", id: 2),
            ]
            #expect(jobs.map { $0.number >> 13 & 0xFF } == [0, 1])
            #expect(try await stores[0].renewNode(of: "node 0", for: .seconds(60), at: .steady))
            #expect(try await stores[0].renewNode(of: "nobody", for: .seconds(60), at: .steady) == false)
        }
    }

    @Test("a job of a process with a slow clock comes behind what waits already")
    func slowClock() async throws {
        try await withStores(2) { stores in
            let first = try await stores[0].accept("first", id: 1, at: time(100))
            let second = try await stores[1].accept("second", id: 2, at: time(0))
            #expect(first < second && second.number >> 13 & 0xFF == 1)
            #expect(try await stores[1].claim(9, for: "node 1", at: time(200)).map(\.text) == ["first"])
        }
    }

    @Test("a job that two operators retry at once, at two processes, runs once more, and one of them is told")
    func retriedTwice() async throws {
        try await withStores(2) { stores in
            for number in 1...10 {
                let job = try await stores[0].accept("m", from: "p\(number)", id: number)
                _ = try await stores[0].cancel(job, why: "by an operator", notice: "", at: time(0))
                try await expectOnce { try await stores[$0].retry(job, at: time(1)) }
            }
            #expect(try await stores[0].claim(99, for: "node 0", at: time(2)).count == 10)
        }
    }

    @Test("a delivery that two operators replay at once, at two processes, goes once more, and one of them is told")
    func replayedTwice() async throws {
        try await withStores(2) { stores in
            for number in 1...10 {
                try await stores[0].answer(["an answer"], to: "p\(number)", id: number)
                let sending = try await stores[0].claimDelivery()
                try await stores[0].markFailed(sending, reason: "no", at: time(0))
                try await expectOnce { try await stores[$0].replay(sending.id, at: time(1)) }
                #expect(try await stores[0].sendAll(at: time(2)) == ["an answer"])
            }
        }
    }

    /// Does something at both processes at once, which is done at one and refused at the other.
    private func expectOnce<Value: Sendable>(
        _ act: @escaping @Sendable (_ process: Int) async throws -> Value
    ) async throws {
        let refusals = try await withThrowingTaskGroup(of: ControlRefusal?.self) { tasks in
            for process in 0...1 {
                tasks.addTask {
                    do {
                        _ = try await act(process)
                        return nil
                    } catch let refusal as ControlRefusal {
                        return refusal
                    }
                }
            }
            var refusals: [ControlRefusal] = []
            for try await refusal in tasks { if let refusal { refusals.append(refusal) } }
            return refusals
        }
        #expect(refusals.count == 1 && "\(refusals)".contains("already, as"), "\(refusals)")
    }

    @Test(
        "answers that several processes store go in the order of their jobs, whatever the clocks of the processes say")
    func orderOfAnswers() async throws {
        try await withStores(2) { stores in
            for (id, text) in ["first", "second"].enumerated() { try await stores[0].accept(text, id: id + 1) }
            // The clock of the process that ends the first is ahead.
            for (store, (name, now)) in zip(stores.reversed(), [("node 1", time(100)), ("node 0", time(1))]) {
                let job = try #require(try await store.claim(1, for: name, at: now).first)
                #expect(try await store.settle(job.lease, as: Settlement(.done, parts: [part(job.text)]), at: now))
            }
            #expect(try await stores[0].sendAll(at: time(200)) == ["first", "second"])
        }
    }

    @Test("what a living process renews while another looks for what was left is never taken")
    func living() async throws {
        try await withStores(2) { stores in
            for number in 1...20 { try await stores[0].accept("\(number)", from: "p\(number)", id: number) }
            let jobs = try await stores[0].claim(20, for: "node 0", at: time(0))
            #expect(jobs.count == 20)
            // Each renewal comes at the moment at which its lease runs out.
            for round in 1...20 {
                let now = time(Int64(round) * 181)
                async let taken = stores[1].rescue(except: "node 1", at: now)
                async let held = stores[0].renew(jobs.map(\.lease), for: .seconds(180), at: now)
                let (count, leases) = try await (taken, held)
                #expect(count + leases.count == 20, "each is renewed or taken")
                for lease in leases {
                    #expect(try await stores[0].say(part("here"), as: .progress, for: lease, at: now))
                }
                guard leases.count == 20 else { return }
            }
        }
    }

    @Test("a process that was suspended for longer than its leases finds itself fenced, and what it does is nothing")
    func suspended() async throws {
        try await withStores(2) { stores in
            try await stores[0].accept("question", id: 1)
            let lost = try await stores[0].claim(1, for: "node 0", at: time(0))[0]
            try await stores[0].answer(["an answer"], to: "bert", id: 2, at: time(0))
            let sending = try #require(
                try await stores[0].claimDeliveries(1, for: "node 0", at: time(0)).first)
            #expect(try await stores[1].rescue(except: "node 1", at: time(179)) == 0)
            #expect(try await stores[1].rescue(except: "node 1", at: time(181)) == 1)
            #expect(try await stores[1].rescueSendings(except: "node 1", at: time(181)) == 1)
            let held = try await stores[1].claim(1, for: "node 1", at: time(181))[0]
            // The first goes on.
            #expect(try await stores[0].renew([lost.lease], for: .seconds(180), at: time(182)).isEmpty)
            try await stores[0].renewSendings(of: "node 0", for: .seconds(30), at: time(182))
            #expect(try await stores[0].say(part("late"), as: .progress, for: lost.lease, at: time(182)) == false)
            let late = Settlement(.done, parts: [part("late")])
            #expect(try await stores[0].settle(lost.lease, as: late, at: time(182)) == false)
            #expect(try await stores[0].markSent(sending.lease, SendReceipt(), at: time(182)) == false)
            #expect(try await stores[1].settle(held.lease, as: Settlement(.done, parts: [part("once")]), at: time(183)))
            #expect(try await stores[1].sendAll(at: time(183)).sorted() == ["an answer", "once"])
        }
    }

    @Test("what a turn has come to is seen by all, by its own lease alone, and no longer than it runs")
    func progress() async throws {
        try await withStores(2) { stores in
            var asked = submission("one", from: "anna", id: 1)
            asked.stream = "s"
            _ = try await stores[0].accept(asked, at: time(0))
            let lost = try await stores[0].claim(1, for: "node 0", at: time(0))[0].lease
            try await stores[0].tell([lost: ToldProgress(line: "on page 1", shown: "so")], at: time(1))
            try await stores[0].tell([lost: ToldProgress(line: "on page 2", shown: "so far")], at: time(2))
            #expect(try await stores[1].stream("s")?.soFar == "so far")
            #expect(try await stores[1].rescue(except: "node 1", at: time(181)) == 1)
            #expect(try await stores[1].stream("s")?.soFar == nil, "the turn is nobody's")
            let held = try await stores[1].claim(1, for: "node 1", at: time(181))[0].lease
            try await stores[0].tell([lost: ToldProgress(line: nil, shown: "late")], at: time(182))
            #expect(try await stores[0].stream("s")?.soFar == nil)
            try await stores[1].tell([held: ToldProgress(line: nil, shown: "anew")], at: time(183))
            try await stores[0].tell([lost: ToldProgress(line: nil, shown: "later")], at: time(184))
            try await stores[0].forgetProgress(of: [lost])
            #expect(try await stores[0].stream("s")?.soFar == "anew")
            #expect(try await stores[1].settle(held, as: Settlement(.done, parts: [part("once")]), at: time(185)))
            #expect(try await stores[0].stream("s")?.soFar == nil, "it has ended")
        }
    }
}
