import Router
import StoreTesting
import TestSupport
import Testing
import WeCom

/// Tests what a store keeps of conversations that are not an app's with one person.
@Suite(.timeLimit(.minutes(10))) struct GroupChatTests {
    private let chat = ConversationKey(endpoint: .bot(BotID("aibX")), peer: .chat(ChatID("wrAbC")))

    private func say(
        _ text: String, as user: String, in conversation: ConversationKey, number: UInt8, _ store: any Store
    ) async throws -> Effect {
        let address = ReplyAddress(.chat(ChatID("wrAbC")), by: [Way(.stream("s-\(number)")), Way(.push)])
        let message = AcceptedMessage(
            from: UserID(user), text: text, messageID: "M\(number)", sentAt: time(0), replyAddress: address)
        return try await store.accept(
            Submission(
                key: DedupKey(stamp: Int64(number), digest: Array(repeating: number, count: 16)),
                conversation: conversation, .job(JobRequest(message, refusal: Notice(.tooMuch, nil)))),
            at: time(0)
        ).effect
    }

    @Test(
        "all who write in a group chat have one conversation, in which each message has its sender and its ways out",
        arguments: StoreUnderTest.available)
    func senders(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            _ = try await say("1", as: "ZhangSan", in: chat, number: 1, test.store)
            _ = try await say("2", as: "woAbC", in: chat, number: 2, test.store)
            try await test.restart()
            let first = try await test.store.claimOne()
            #expect(first.conversation == chat && first.user == UserID("zhangsan"))
            #expect(first.messages.map(\.sender.text) == ["ZhangSan"])
            #expect(first.messages.map(\.replyAddress.ways) == [[Way(.stream("s-1")), Way(.push)]])
            #expect(try await test.store.claimAll().isEmpty)
            let address = first.messages[0].replyAddress
            try await test.store.settle(first, Settlement(.done, parts: [Part(to: address, "one")]))
            let second = try await test.store.claimOne()
            #expect(second.conversation == chat && second.messages.map(\.sender.text) == ["woAbC"])
            let delivery = try #require(try await test.store.claimDeliveries(1, for: "test", at: time(1)).first)
            #expect(delivery.conversation == chat && delivery.part.address == address)
        }
    }

    @Test("chats whose ids differ in case alone are two", arguments: StoreUnderTest.available)
    func spelling(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let other = ConversationKey(endpoint: chat.endpoint, peer: .chat(ChatID("wrabc")))
            _ = try await say("1", as: "a", in: chat, number: 1, test.store)
            _ = try await say("2", as: "a", in: other, number: 2, test.store)
            #expect(Set(try await test.store.claimAll().map(\.conversation)) == [chat, other])
        }
    }

    @Test("lists name the bot and the chat", arguments: StoreUnderTest.available)
    func lists(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            guard case .job(let job) = try await say("1", as: "ZhangSan", in: chat, number: 1, test.store) else {
                throw Unexpected("no job")
            }
            var filter = LedgerFilter()
            filter.endpoint = chat.endpoint
            let listed = try await test.store.jobs(in: nil, matching: filter).items
            #expect(listed.map(\.id) == [job])
            #expect(listed.map(\.endpoint) == [chat.endpoint] && listed.map(\.peer) == ["chat:wrAbC"])
            #expect(try await test.store.job(job)?.messages.map(\.sender.text) == ["ZhangSan"])
        }
    }
}
