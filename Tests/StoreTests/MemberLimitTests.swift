import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Tests how much one person may write, and be sent.
@Suite(.timeLimit(.minutes(10))) struct MemberLimitTests {
    private func limits(perMinute: Int, perHour: Int) -> DeliveryRules {
        var limits = MemberLimits()
        (limits.outPerMinute, limits.outPerHour) = (perMinute, perHour)
        return DeliveryRules(limit: 100, memberLimits: [appA: limits])
    }

    /// The texts that go at `now`, in order.
    private func sent(_ store: any DeliveryStore, _ rules: DeliveryRules, at now: Timestamp) async throws -> [String] {
        var texts: [String] = []
        while true {
            let deliveries = try await store.claimDeliveries(within: rules, at: now)
            if deliveries.isEmpty { return texts }
            for delivery in deliveries {
                texts.append(delivery.part.text)
                try await store.markSent(delivery, SendReceipt(), at: now)
            }
        }
    }

    @Test(
        "what is more than a minute's worth waits, in order, and nobody else with it",
        arguments: StoreUnderTest.available)
    func minute(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let rules = limits(perMinute: 3, perHour: 100)
            try await test.store.answer(["1", "2", "3", "4", "5"], id: 1)
            try await test.store.answer(["a"], to: "lisi", id: 2)
            #expect(try await sent(test.store, rules, at: time(0)).sorted() == ["1", "2", "3", "a"])
            #expect(try await sent(test.store, rules, at: time(59)).isEmpty)
            #expect(try await sent(test.store, rules, at: time(60)) == ["4", "5"])
        }
    }

    @Test("a group is spared as one person is", arguments: StoreUnderTest.available)
    func group(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let bot = Endpoint.bot(BotID("aibX"))
            let address = ReplyAddress(.chat(ChatID("wrAbC")), by: [Way(.push)])
            var limits = MemberLimits()
            limits.outPerMinute = 2
            let rules = DeliveryRules(limit: 100, memberLimits: [bot: limits])
            let chat = ConversationKey(endpoint: bot, peer: address.target.peer)
            for text in ["1", "2", "3"] {
                _ = try await test.store.post(OutgoingMessage(Part(to: address, text), in: chat), at: time(0))
            }
            #expect(try await sent(test.store, rules, at: time(0)) == ["1", "2"])
            #expect(try await sent(test.store, rules, at: time(60)) == ["3"])
        }
    }

    @Test(
        "something shown in a chat that is no delivery counts there as one, over a restart, too, and in no other chat",
        arguments: StoreUnderTest.available)
    func shown(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let bot = Endpoint.bot(BotID("aibX"))
            var limits = MemberLimits()
            limits.outPerMinute = 2
            let rules = DeliveryRules(limit: 100, memberLimits: [bot: limits])
            let chats = ["wrAbC", "wrOther"].map { ReplyAddress(.chat(ChatID($0)), by: [Way(.push)]) }
            for address in chats {
                let chat = ConversationKey(endpoint: bot, peer: address.target.peer)
                for text in ["1", "2"] {
                    _ = try await test.store.post(OutgoingMessage(Part(to: address, text), in: chat), at: time(0))
                }
            }
            let first = ConversationKey(endpoint: bot, peer: chats[0].target.peer)
            for _ in 1...2 { try await test.store.countShown(in: first, at: time(0)) }
            try await test.restart()
            #expect(try await sent(test.store, rules, at: time(1)) == ["1", "2"])
            #expect(try await sent(test.store, rules, at: time(60)) == ["1", "2"])
        }
    }

    @Test("the limits hold across a restart", arguments: StoreUnderTest.available)
    func restart(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let rules = limits(perMinute: 2, perHour: 3)
            try await test.store.answer(["1", "2", "3", "4"], id: 1)
            #expect(try await sent(test.store, rules, at: time(0)) == ["1", "2"])
            try await test.restart()
            #expect(try await sent(test.store, rules, at: time(30)).isEmpty)
            #expect(try await sent(test.store, rules, at: time(60)) == ["3"])
            try await test.restart()
            #expect(try await sent(test.store, rules, at: time(3599)).isEmpty)
            #expect(try await sent(test.store, rules, at: time(3600)) == ["4"])
        }
    }

    @Test("a limit above what is looked through for repeats holds, too", arguments: StoreUnderTest.available)
    func large(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let texts = (1...4003).map(String.init)
            try await test.store.answer(texts, id: 1)
            let rules = limits(perMinute: 4001, perHour: 100_000)
            #expect(try await sent(test.store, rules, at: time(0)) == Array(texts.prefix(4001)))
            #expect(try await sent(test.store, rules, at: time(60)) == Array(texts.suffix(2)))
        }
    }

    @Test("control goes before finals when there is room for one", arguments: StoreUnderTest.available)
    func classes(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let rules = limits(perMinute: 1, perHour: 100)
            try await test.store.answer(["1", "2"], id: 1)
            #expect(try await sent(test.store, rules, at: time(0)) == ["1"])
            for id in 10..<61 { _ = try await test.store.accept(submission("more", id: id), at: time(1)) }
            #expect(try await sent(test.store, rules, at: time(60)) == ["too many wait"])
            #expect(try await sent(test.store, rules, at: time(120)) == ["2"])
        }
    }

    @Test("a person may send so many a minute; one more is a notice, once an hour", arguments: StoreUnderTest.available)
    func incoming(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            func say(_ id: Int, from user: String = "zhangsan", at now: Timestamp) async throws -> Effect {
                try await test.store.accept(
                    submission("\(id)", from: user, id: id) { $0.messagesPerMinute = 3 }, at: now
                ).effect
            }
            for id in 1...3 {
                guard case .job = try await say(id, at: time(0)) else { throw Unexpected("\(id) is refused") }
            }
            #expect(try await say(4, at: time(0)) == .notice(.tooMuch))
            #expect(try await say(5, at: time(1)) == .notice(.tooMuch))
            guard case .job = try await say(6, from: "lisi", at: time(1)) else { throw Unexpected("lisi is refused") }
            guard case .job = try await say(7, at: time(21)) else { throw Unexpected("a third of a minute is no room") }
            #expect(try await say(8, at: time(21)) == .notice(.tooMuch))
            #expect(try await test.store.sendAll(at: time(22)) == ["too many wait"])
        }
    }

    @Test(
        "a repeat of what came in time finds its job, however much has come since", arguments: StoreUnderTest.available)
    func repeated(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let first = submission("1", id: 1) { $0.messagesPerMinute = 1 }
            let effect = try await test.store.accept(first, at: time(0)).effect
            let second = submission("2", id: 2) { $0.messagesPerMinute = 1 }
            #expect(try await test.store.accept(second, at: time(0)).effect == .notice(.tooMuch))
            #expect(try await test.store.accept(first, at: time(0)) == Acceptance(effect, isRepeat: true))
        }
    }
}
