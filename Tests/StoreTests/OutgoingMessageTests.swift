import Router
import StoreTesting
import System
import Testing
import WeCom

/// Messages that answer nobody.
@Suite(.timeLimit(.minutes(10))) struct OutgoingMessageTests {
    private let everybody = ReplyAddress.many(.these(parties: [2], tags: [7]))

    private func outgoing(_ text: String, key: String? = nil, to user: String = "zhangsan") -> OutgoingMessage {
        OutgoingMessage(
            part(text, to: user), in: ConversationKey(endpoint: appA, user: UserID(user)),
            key: key.map(IdempotencyKey.init))
    }

    @Test(
        "an outgoing message goes out through the outbox, and its fate can be asked for",
        arguments: StoreUnderTest.available)
    func sent(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let posted = try await test.store.post(outgoing("news"), at: time(0))
            #expect(try await test.store.delivery(posted.delivery)?.state == .pending)
            let delivery = try await test.store.claimDelivery()
            #expect(delivery.id == posted.delivery && delivery.job == nil && delivery.part.text == "news")
            let unreached = Unreached(
                users: [UserID("lisi")], parties: [2], tags: [7], unlicensed: [UserID("wangwu")])
            try await test.store.markSent(delivery, SendReceipt(wecomID: "m", unreached: unreached), at: time(1))
            let fate = try await test.store.delivery(posted.delivery)
            #expect(fate?.state == .sent && fate?.wecomID == "m" && fate?.unreached == unreached)
            #expect(
                fate?.reason == "not reached: users lisi; departments 2; tags 7; users without a licence wangwu")
            #expect(try await test.store.delivery(DeliveryID(1)) == nil)
        }
    }

    @Test("one to many goes out as it was meant", arguments: StoreUnderTest.available)
    func many(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let part = Part(to: everybody, "to all")
            _ = try await test.store.post(
                OutgoingMessage(part, in: ConversationKey(endpoint: appA, peer: .many)), at: time(0))
            try await test.restart()
            let delivery = try await test.store.claimDelivery()
            #expect(delivery.part == part && delivery.conversation.peer == .many)
        }
    }

    @Test("a key that was used gives the first delivery, and sends nothing", arguments: StoreUnderTest.available)
    func repeated(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = try await test.store.post(outgoing("news", key: "k"), at: time(0))
            try await test.restart()
            let again = try await test.store.post(outgoing("news", key: "k"), at: time(86_399))
            #expect(again == Posted(delivery: first.delivery, isRepeat: true))
            #expect(try await test.store.sendAll(at: time(86_399)) == ["news"])
        }
    }

    @Test("a key that was used for something else is refused", arguments: StoreUnderTest.available)
    func taken(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await test.store.post(outgoing("news", key: "k"), at: time(0))
            await #expect(throws: KeyIsTaken.self) { try await test.store.post(outgoing("old", key: "k"), at: time(1)) }
            await #expect(throws: KeyIsTaken.self) {
                try await test.store.post(outgoing("news", key: "k", to: "lisi"), at: time(1))
            }
        }
    }

    @Test("after a day a key is forgotten", arguments: StoreUnderTest.available, [true, false])
    func forgotten(_ kind: StoreUnderTest, isPruned: Bool) async throws {
        try await kind.withStore { test in
            let first = try await test.store.post(outgoing("news", key: "k"), at: time(0))
            if isPruned {
                #expect(try await test.store.pruneRequests(madeBefore: time(86_400), behind: nil).pruned == 1)
            }
            let second = try await test.store.post(outgoing("news", key: "k"), at: time(86_400))
            #expect(second.delivery != first.delivery && !second.isRepeat)
        }
    }

    @Test("sends that nothing goes by any more are forgotten", arguments: StoreUnderTest.available)
    func pruned(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            try await test.store.answer(["1", "2"], id: 1)
            _ = try await test.store.sendAll(at: time(0))
            #expect(try await test.store.recentSends(since: time(-1)) == [appA: [time(0), time(0)]])
            #expect(try await test.store.pruneSends(before: time(0), behind: nil).pruned == 0)
            #expect(try await test.store.pruneSends(before: time(1), behind: nil).pruned == 2)
            #expect(try await test.store.recentSends(since: time(-1)).isEmpty)
        }
    }
}
