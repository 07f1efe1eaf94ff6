import Router
import StoreTesting
import System
import Testing
import WeCom

@Suite("Answers that show while they are written", .timeLimit(.minutes(10))) struct StreamTests {
    /// Accepts a message whose stream has that id.
    private func open(_ stream: String, id: Int, at now: Timestamp, in store: any JobStore) async throws -> Effect {
        var asked = submission("hello", id: id)
        asked.stream = stream
        return try await store.accept(asked, at: now).effect
    }

    private let life = StoredStream.life

    private func address(shownIn stream: String, from user: String) -> ReplyAddress {
        ReplyAddress(.user(UserID(user)), by: [Way(.request("id of \(stream)")), Way(.push)], shownIn: stream)
    }

    /// Accepts a message from that person that can be answered under an id.
    private func ask(
        _ stream: String, from user: String, to app: Endpoint = appA, id: Int, at now: Timestamp, in store: any JobStore
    ) async throws {
        let message = AcceptedMessage(
            from: UserID(user), text: "hello", messageID: String(id), sentAt: time(0),
            replyAddress: address(shownIn: stream, from: user))
        var asked = Submission(
            key: DedupKey(stamp: Int64(id), digest: [UInt8(id)]),
            conversation: ConversationKey(endpoint: app, user: UserID(user)),
            .job(JobRequest(message, refusal: Notice(.tooMuch, nil))))
        asked.stream = stream
        _ = try await store.accept(asked, at: now)
    }

    @Test(
        "those of a bot that are still to end are listed, the newest first, each with the address of its message",
        arguments: StoreUnderTest.available)
    func open(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            func open(after start: Int64 = 0, before end: Int64 = 99) async throws -> [OpenStream] {
                try await store.openStreams(of: appA, openedAfter: time(start), before: time(end))
            }
            try await ask("s1", from: "a", id: 1, at: time(1), in: store)
            try await ask("s2", from: "b", id: 2, at: time(2), in: store)
            try await ask("s3", from: "a", to: appB, id: 3, at: time(3), in: store)
            #expect(try await open().map(\.id) == ["s2", "s1"])
            #expect(
                try await open().map(\.address) == [
                    address(shownIn: "s2", from: "b"), address(shownIn: "s1", from: "a"),
                ])
            #expect(try await open(after: 1).map(\.id) == ["s2"])
            #expect(try await open(before: 2).map(\.id) == ["s1"])
            // An answer ends it when it has gone, and not before.
            let first = try #require(try await open().last).job
            for job in try await store.claimAll(at: time(4)) where job.lease.job == first {
                try await store.settle(job, Settlement(.done, parts: [part("x", to: "a")]), at: time(4))
            }
            #expect(try await open().map(\.id) == ["s2", "s1"])
            _ = try await store.sendAll(at: time(5))
            #expect(try await open().map(\.id) == ["s2"])
        }
    }

    @Test("a stream is there with its message, belongs to its job, and runs", arguments: StoreUnderTest.available)
    func opened(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            guard case .job(let job) = try await open("s", id: 1, at: time(1), in: test.store) else {
                Issue.record("no job")
                return
            }
            let stream = try #require(try await test.store.stream("s"))
            #expect(
                stream
                    == StoredStream(of: appA, job: job, openedAt: time(1), said: nil, text: nil, isOver: false))
            #expect(try await test.store.stream("t") == nil)
        }
    }

    @Test(
        "it ends once, with the words that were first; the same words again change nothing",
        arguments: StoreUnderTest.available)
    func sealed(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await open("s", id: 1, at: time(1), in: test.store)
            #expect(try await test.store.seal("s", with: "a", openedAfter: time(0)))
            #expect(try await test.store.seal("s", with: "a", openedAfter: time(5)))
            #expect(try await !test.store.seal("s", with: "b", openedAfter: time(0)))
            #expect(try await !test.store.say("too late", in: "s"))
            try await test.startAgain(after: .kill)
            #expect(try await test.store.stream("s")?.text == "a")
        }
    }

    @Test(
        "one that is too old does not end: what it would have shown takes another way",
        arguments: StoreUnderTest.available)
    func tooOld(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await open("s", id: 1, at: time(1), in: test.store)
            #expect(try await !test.store.seal("s", with: "a", openedAfter: time(1)))
            #expect(try await !test.store.seal("unknown", with: "a", openedAfter: time(0)))
            #expect(try await test.store.stream("s")?.text == nil)
        }
    }

    @Test("our own words stand one below the other, each once, and within a bound", arguments: StoreUnderTest.available)
    func said(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await open("s", id: 1, at: time(1), in: test.store)
            for text in ["one", "two", "two"] { #expect(try await test.store.say(text, in: "s")) }
            #expect(try await test.store.stream("s")?.said == "one\n\ntwo")
            #expect(try await test.store.say(String(repeating: "x", count: 3 * StoredStream.longestSaid), in: "s"))
            let said = try #require(try await test.store.stream("s")?.said)
            #expect(said.hasPrefix("one\n\ntwo\n\nxxx") && said.utf8.count <= StoredStream.longestSaid)
        }
    }

    @Test(
        "the answer besides is used once, also after a crash, unless it is given back",
        arguments: StoreUnderTest.available)
    func response(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await open("s", id: 1, at: time(1), in: test.store)
            let (one, other) = (DeliveryID(1), DeliveryID(2))
            #expect(try await test.store.useResponse(of: "s", by: one) == .begun)
            try await test.startAgain(after: .kill)
            #expect(try await test.store.useResponse(of: "s", by: other) == .usedUp)
            #expect(try await test.store.useResponse(of: "s", by: one) == .unclear)
            try await test.store.giveBackResponse(of: "s")
            #expect(try await test.store.useResponse(of: "s", by: other) == .begun)
            #expect(try await test.store.useResponse(of: "unknown", by: one) == .usedUp)
        }
    }

    @Test("a stream is over when its job has ended and nothing is left to send", arguments: StoreUnderTest.available)
    func over(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await open("s", id: 1, at: time(1), in: test.store)
            let job = try #require(try await test.store.claim(1, for: "w", at: time(2)).first)
            #expect(try await test.store.stream("s")?.isOver == false)
            #expect(
                try await test.store.settle(
                    job.lease, as: Settlement(.done, reason: nil, parts: [part("answer", to: "zhangsan")]), at: time(3))
            )
            #expect(try await test.store.stream("s")?.isOver == false, "the answer has not gone")
            let delivery = try #require(
                try await test.store.claimDeliveries(for: "c", within: DeliveryRules(limit: 1), at: time(4)).first)
            #expect(try await test.store.markSent(delivery.lease, SendReceipt(), at: time(5)))
            #expect(try await test.store.stream("s")?.isOver == true)
        }
    }

    @Test(
        "how a stream without last words came to its end: its own answer is elsewhere, a later message's holds it, or somebody had it stopped",
        arguments: StoreUnderTest.available, [JobState.done, .failed, .cancelled])
    func ending(_ kind: StoreUnderTest, state: JobState) async throws {
        try await kind.withStore { test in
            for (id, stream) in ["a", "b"].enumerated() {
                var asked = submission(stream, id: id) { $0.mergeWindow = .seconds(10) }
                guard case .job(let request) = asked.request else { return }
                let address = ReplyAddress(request.message.replyAddress.target, by: [Way(.stream(stream))])
                let message = AcceptedMessage(
                    from: UserID("zhangsan"), text: stream, messageID: stream, sentAt: time(0), replyAddress: address)
                var other = JobRequest(message, refusal: request.refusal)
                other.mergeWindow = request.mergeWindow
                asked = Submission(key: asked.key, conversation: asked.conversation, .job(other))
                asked.stream = stream
                _ = try await test.store.accept(asked, at: time(1))
            }
            #expect(try await test.store.stream("a")?.ending == nil)
            let job = try #require(try await test.store.claim(1, for: "w", at: time(20)).first)
            #expect(job.messages.count == 2)
            #expect(try await test.store.settle(job.lease, as: Settlement(state), at: time(21)))
            let (first, last) = (try await test.store.stream("a")?.ending, try await test.store.stream("b")?.ending)
            #expect(first == (state == .cancelled ? .cancelled : .withAnother))
            #expect(last == (state == .cancelled ? .cancelled : .itsOwn))
            _ = try await test.store.seal("b", with: "x", openedAfter: time(0))
            #expect(try await test.store.stream("b")?.ending == nil, "it has last words")
        }
    }

    @Test(
        "an answer whose stream has ended, and whose end nobody fetched in time, goes anew once; one that was fetched does not",
        arguments: StoreUnderTest.available)
    func untaken(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            for (id, stream) in ["a", "b"].enumerated() {
                _ = try await open(stream, id: id, at: time(1), in: store)
                let job = try #require(try await store.claim(1, for: "w", at: time(2)).first)
                let settlement = Settlement(.done, parts: [part("answer \(stream)", to: "zhangsan")])
                #expect(try await store.settle(job.lease, as: settlement, at: time(3)))
                let sent = try #require(
                    try await store.claimDeliveries(for: "c", within: DeliveryRules(limit: 1), at: time(4)).first)
                #expect(try await store.seal(stream, with: "answer \(stream)", by: sent.id, openedAfter: time(0)))
                #expect(try await store.stream(stream)?.isUntaken == true)
                #expect(try await store.giveUntaken(openedBefore: time(9), at: time(9)) == 0, "it is on its way")
                #expect(try await store.markSent(sent.lease, SendReceipt(), at: time(5)))
                if stream == "a" { try await store.noteTaken("a") }
            }
            #expect(try await store.stream("a")?.isUntaken == false)
            #expect(try await store.seal("a", with: "answer a", by: DeliveryID(7), openedAfter: time(0)))
            #expect(try await store.stream("a")?.isUntaken == false, "a second try of what went")
            #expect(try await store.giveUntaken(openedBefore: time(1), at: time(400)) == 0, "it may still be asked for")
            try await test.startAgain(after: .kill)
            #expect(try await test.store.giveUntaken(openedBefore: time(9), at: time(400)) == 1)
            #expect(try await test.store.giveUntaken(openedBefore: time(9), at: time(400)) == 0)
            #expect(try await test.store.sendAll(at: time(401)) == ["answer b"])
            #expect(try await test.store.stream("b")?.text == "answer b")
        }
    }

    @Test("what is old is forgotten, page by page, and nothing else", arguments: StoreUnderTest.available)
    func pruned(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            for number in 1...5 {
                _ = try await open("s\(number)", id: number, at: time(Int64(number)), in: test.store)
            }
            let page = try await test.store.pruneStreams(openedBefore: time(4), behind: nil)
            #expect(page.pruned == 3 && page.next == nil)
            #expect(try await test.store.stream("s3") == nil)
            #expect(try await test.store.stream("s4") != nil)
        }
    }

    private func card(_ title: String) -> TemplateCard {
        .buttons([.init("Yes", style: .blue, key: "1")], title: title, subtitle: nil, taskID: title)
    }

    @Test(
        "a card below a stream is taken once, may be replaced until then, and none comes behind it or below what has ended",
        arguments: StoreUnderTest.available)
    func cards(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let store = test.store
            _ = try await open("s", id: 1, at: time(1), in: store)
            #expect(try await !store.takeCard(below: "s"))
            for title in ["a", "b"] { #expect(try await store.put(card(title), below: "s", openedAfter: time(0))) }
            try await test.startAgain(after: .kill)
            #expect(try await test.store.stream("s")?.card == card("b"))
            #expect(try await test.store.takeCard(below: "s"))
            #expect(try await !test.store.takeCard(below: "s"))
            #expect(try await test.store.stream("s")?.card == nil)
            // The second try of what went.
            #expect(try await test.store.put(card("b"), below: "s", openedAfter: time(0)))
            #expect(try await !test.store.takeCard(below: "s"))
            #expect(try await !test.store.put(card("c"), below: "s", openedAfter: time(0)))
            _ = try await open("t", id: 2, at: time(2), in: test.store)
            #expect(try await !test.store.put(card("a"), below: "t", openedAfter: time(2)))
            _ = try await test.store.seal("t", with: "x", openedAfter: time(0))
            #expect(try await !test.store.put(card("a"), below: "t", openedAfter: time(0)))
            #expect(try await !test.store.put(card("a"), below: "nobody's", openedAfter: time(0)))
        }
    }
}
