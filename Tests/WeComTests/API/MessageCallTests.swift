import HTTP
import JSON
import System
import Testing
import WeCom

@Suite(.timeLimit(.minutes(5))) struct MessageCallTests {
    @Test("a receipt says how to recall a message, how to change its card, and who did not get it")
    func receipt() async throws {
        let answer = #"""
            {"errcode":0,"errmsg":"ok","invaliduser":"u3|u4","invalidparty":"1","invalidtag":"9|10",
            "unlicenseduser":"u5","msgid":"M","response_code":"RC"}
            """#
        let wecom = FakeTransport.wecom(sends: [.success(answer)])
        let receipt = try await client(wecom).send(toSeveral, checkingDuplicates: false)
        #expect(
            receipt
                == WeComClient.Receipt(
                    messageID: "M", responseCode: "RC",
                    unreached: .init(
                        users: [UserID("U3"), UserID("u4")], parties: [1], tags: [9, 10],
                        unlicensed: [UserID("u5")])))
    }

    @Test("lists that are empty or missing leave nobody out", arguments: ["", #","invaliduser":"","invalidtag":"""#])
    func everybody(lists: String) async throws {
        let wecom = FakeTransport.wecom(sends: [.success(#"{"errcode":0,"msgid":"M","response_code":""\#(lists)}"#)])
        let receipt = try await client(wecom).send(toSeveral, checkingDuplicates: false)
        #expect(receipt == WeComClient.Receipt(messageID: "M") && receipt.unreached.isEmpty)
    }

    @Test(
        "one of several who is not there fails nothing, the only one does",
        arguments: ["invaliduser", "unlicenseduser"])
    func unreached(list: String) async throws {
        let answer = #"{"errcode":0,"msgid":"M","\#(list)":"zhangsan"}"#
        for others: Recipients in [
            .users([UserID("ZhangSan"), UserID("u2")]), .these(users: [UserID("ZhangSan")], tags: [1]),
        ] {
            let wecom = FakeTransport.wecom(sends: [.success(answer)])
            let message = OutboundMessage(to: others, .text("hi"))
            #expect(try await !client(wecom).send(message, checkingDuplicates: false).unreached.isEmpty)
        }
        let wecom = FakeTransport.wecom(sends: [.success(answer)])
        let message = OutboundMessage(to: UserID("ZhangSan"), .text("hi"))
        await #expect(throws: WeComError.invalidRecipient(UserID("zhangsan"))) {
            try await client(wecom).send(message, checkingDuplicates: false)
        }
    }

    @Test("every type goes out as it is, with the app's number behind it", arguments: OutboundSamples.all)
    func bodies(sample: OutboundSamples.Sample) async throws {
        let wecom = FakeTransport.wecom(sends: [])
        _ = try await client(wecom).send(try sample.message, checkingDuplicates: true)
        let tail = #","agentid":1000002,"enable_duplicate_check":1,"duplicate_check_interval":14400}"#
        #expect(wecom.sends.map { String(decoding: $0.body, as: UTF8.self) } == [sample.text.dropLast() + tail])
    }

    @Test("a message is recalled by its id")
    func recalls() async throws {
        let wecom = FakeTransport.wecom(sends: [.success(#"{"errcode":0,"errmsg":"ok"}"#)])
        try await client(wecom).recall("M")
        let request = try #require(wecom.requests.last)
        #expect(request.path.hasSuffix("/cgi-bin/message/recall") && request.query["access_token"] == "token-1")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"msgid":"M"}"#)
    }

    @Test("too late to recall is a refusal with what it means")
    func tooLate() async throws {
        let wecom = FakeTransport.wecom(sends: [.success(#"{"errcode":42052,"errmsg":"msgid expired"}"#)])
        let error = await #expect(throws: WeComError.self) { try await client(wecom).recall("M") }
        #expect(error == .refused(ErrorCode(42052), message: "msgid expired") && error?.isTransient == false)
    }

    @Test("a card is changed for those named, and the answer names those for whom it is not")
    func updates() async throws {
        let wecom = FakeTransport.wecom(sends: [.success(#"{"errcode":0,"errmsg":"ok","invaliduser":["u2"]}"#)])
        let update = CardUpdate(
            to: .users([UserID("u1"), UserID("u2")]), responseCode: "RC", .button(replaceName: "Done"))
        #expect(try await client(wecom).update(update) == [UserID("U2")])
        let request = try #require(wecom.requests.last)
        #expect(request.path.hasSuffix("/cgi-bin/message/update_template_card"))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"userids":["u1","u2"],"response_code":"RC","button":{"replace_name":"Done"},"agentid":1000002}"#)
    }

    @Test("a refused token is replaced for every call, once")
    func refreshes() async throws {
        let refused = Result<String, HTTPTransportError>.success(#"{"errcode":42001}"#)
        let wecom = FakeTransport.wecom(sends: [refused, .success(#"{"errcode":0}"#), refused])
        let client = client(wecom)
        try await client.recall("M")
        try await client.update(
            CardUpdate(to: .everyone, responseCode: "RC", .button(replaceName: "Done")))
        #expect(wecom.tokenRequests.count == 3)
        #expect(
            wecom.requests.compactMap { $0.query["access_token"] } == ["token-1", "token-2", "token-2", "token-3"])
    }

    // MARK: Making

    private let toSeveral = OutboundMessage(
        to: .these(users: [UserID("u1"), UserID("U3")], parties: [1], tags: [9]), .text("hi"))

    private func client(_ transport: FakeTransport) -> WeComClient {
        WeComClient(
            AppCredentials(corpID: CorpID("ww1"), agentID: AgentID(1000002), secret: Secret("secret")),
            transport: transport)
    }
}
