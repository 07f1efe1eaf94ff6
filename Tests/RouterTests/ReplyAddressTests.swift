import JSON
import Router
import System
import Testing
import WeCom

@Suite struct ReplyAddressTests {
    private static let soon = Timestamp(seconds: 100)

    private static let ways: [Way] = [
        Way(.stream("s-1"), expiresAt: soon), Way(.responseURL("https://example.com/?code=C"), isUsedUp: true),
        Way(.request("REQ1"), expiresAt: soon, isUsedUp: true), Way(.push), .app,
    ]

    @Test(
        "an address is read back as it was stored, with what became of its ways",
        arguments: [
            ReplyAddress.user(UserID("ZhangSan")), .many(.these(users: [UserID("a"), UserID("b")], parties: [2])),
            .many(.everyone), ReplyAddress(.chat(ChatID("wrX_y")), by: ways),
            ReplyAddress(.user(UserID("woA")), by: ways),
            ReplyAddress(.chat(ChatID("wrX_y")), by: []),
            ReplyAddress(.user(UserID("u")), by: [Way(.app, isUsedUp: true)]),
        ])
    func stored(_ address: ReplyAddress) throws {
        let read = try #require(ReplyAddress(json: try JSONValue(parsing: Array(address.json.text.utf8))))
        #expect(read == address)
        #expect(read.json == address.json)
    }

    @Test("an app's address is written as it always was, so that digests of what goes to it stay what they are")
    func unchanged() throws {
        #expect(ReplyAddress.user(UserID("ZhangSan")).json.text == #"{"user":"ZhangSan"}"#)
        let old = try JSONValue(parsing: Array(#"{"user":"ZhangSan"}"#.utf8))
        #expect(ReplyAddress(json: old)?.ways == [.app])
    }

    @Test(
        "what is no address is none",
        arguments: [
            "{}", #"{"user":7}"#, #"{"ways":[]}"#, #"{"user":"u","ways":{}}"#,
            #"{"user":"u","ways":[{"pigeon":true}]}"#,
        ])
    func noAddress(_ text: String) throws {
        #expect(ReplyAddress(json: try JSONValue(parsing: Array(text.utf8))) == nil)
    }

    @Test("the first way that has neither expired nor been used up is taken")
    func order() {
        var address = ReplyAddress(.chat(ChatID("wr1")), by: ReplyAddressTests.ways)
        #expect(address.way(at: Timestamp(seconds: 99))?.kind == .stream("s-1"))
        #expect(address.way(at: ReplyAddressTests.soon)?.kind == .push)
        let outcomes = [Way.Kind.push, .push, .stream("another")].map { address.useUp($0) }
        #expect(outcomes == [true, false, false])
        #expect(address.way(at: ReplyAddressTests.soon)?.kind == .app)
        let isLast = address.useUp(.app)
        #expect(isLast && address.way(at: ReplyAddressTests.soon) == nil)
    }
}

@Suite struct PeerTests {
    @Test("people are one peer however they are spelled, chats are not")
    func folding() throws {
        #expect(Peer.user(UserID("ZhangSan")).description == "user:zhangsan")
        #expect(Peer("user:ZhangSan") == .user(UserID("zhangsan")))
        #expect(Peer.chat(ChatID("wrAbC")).description == "chat:wrAbC")
        #expect(Peer("chat:wrAbC") == .chat(ChatID("wrAbC")))
        #expect(Peer("chat:wrAbC") != Peer("chat:wrabc"))
        #expect(Peer("many") == .many && Peer("wrAbC") == nil)
    }

    @Test("a conversation's text is what agents know it by, whatever is written to and whoever writes")
    func text() throws {
        let app = try #require(Endpoint("ww1/1000002"))
        let bot = try #require(Endpoint("bot/aibX"))
        #expect(ConversationKey(endpoint: app, user: UserID("ZhangSan")).description == "ww1/1000002/user:zhangsan")
        #expect(ConversationKey(endpoint: bot, peer: .chat(ChatID("wrAbC"))).description == "bot/aibX/chat:wrAbC")
    }
}

@Suite struct SenderTests {
    private let body = #"{"text":"hi","sent_at":0,"msg_id":"1"}"#

    @Test("who said a message stands in it, as it was received")
    func stored() throws {
        let message = AcceptedMessage(
            from: UserID("ZhangSan"), text: "hi", messageID: "1", sentAt: Timestamp(seconds: 1),
            replyAddress: ReplyAddress(.chat(ChatID("wr1")), by: [Way(.push)]))
        let read = try #require(AcceptedMessage(json: message.json, replyAddress: message.replyAddress))
        #expect(read == message && read.sender.text == "ZhangSan")
    }

    @Test("a message of before senders were stored was said by the person who is answered")
    func old() throws {
        let json = try JSONValue(parsing: Array(body.utf8))
        #expect(AcceptedMessage(json: json, replyAddress: .user(UserID("ZhangSan")))?.sender.text == "ZhangSan")
        #expect(AcceptedMessage(json: json, replyAddress: ReplyAddress(.chat(ChatID("wr1")), by: [])) == nil)
    }
}
