import HTTP
import JSON
import System
import TestSupport
import Testing
import WeCom

@Suite(.timeLimit(.minutes(5))) struct WeComClientTests {
    @Test("a message goes with the app's number and token, and its id comes back")
    func sends() async throws {
        let wecom = FakeTransport.wecom(sends: [])
        let receipt = try await client(wecom).send(message, checkingDuplicates: true)
        #expect(receipt.messageID == "m1")
        let request = try #require(wecom.sends.first)
        #expect(request.method == .post && request.query["access_token"] == "token-1")
        let body = try JSONValue(parsing: request.body)
        #expect(body["touser"] == "ZhangSan" && body["agentid"] == 1000002 && body["text"]?["content"] == "你好")
        #expect(body["enable_duplicate_check"] == 1 && body["duplicate_check_interval"] == 14_400)
    }

    @Test("without the check nothing is said about one")
    func unchecked() async throws {
        let wecom = FakeTransport.wecom(sends: [])
        _ = try await client(wecom).send(message, checkingDuplicates: false)
        let body = try JSONValue(parsing: try #require(wecom.sends.first).body)
        #expect(body["enable_duplicate_check"] == nil && body["duplicate_check_interval"] == nil)
    }

    @Test("one token serves many messages")
    func oneToken() async throws {
        let wecom = FakeTransport.wecom(sends: [])
        let client = client(wecom)
        for _ in 0..<5 { _ = try await client.send(message, checkingDuplicates: true) }
        #expect(wecom.tokenRequests.count == 1 && wecom.sends.count == 5)
    }

    @Test("a refused token is replaced and the same bytes go again, once", arguments: [40001, 40014, 41001, 42001])
    func refreshes(code: Int) async throws {
        let wecom = FakeTransport.wecom(sends: [.success(refusal(code))])
        let receipt = try await client(wecom).send(message, checkingDuplicates: true)
        #expect(receipt.messageID == "m1")
        #expect(wecom.sends.map { $0.query["access_token"] } == ["token-1", "token-2"])
        #expect(Set(wecom.sends.map(\.body)).count == 1)
    }

    @Test(
        "a second refusal is for a person to mend: nobody fetches a third token, and the message is kept",
        arguments: [40001, 40014, 41001, 42001])
    func secondRefusal(code: Int) async throws {
        let wecom = FakeTransport.wecom(sends: [.success(refusal(code)), .success(refusal(code))])
        let client = client(wecom)
        let error = await failure(of: client)
        #expect(error == .tokenRefused(.refused(ErrorCode(Int64(code)), message: "because")))
        #expect(error?.isTransient == true && error?.isAmbiguous == false)
        #expect(error?.obstacle?.code == "\(code)" && error?.obstacle?.isLimit == false)
        #expect(error?.obstacle?.advice.contains("corp_secret") == true)
        for _ in 0..<20 {
            guard case .holdingBack = await failure(of: client) else { throw Unexpected("asked again") }
        }
        #expect(wecom.sends.count == 2 && wecom.tokenRequests.count == 2)
    }

    @Test("a token that WeCom takes ends the trial: the next refusal is met with another token again")
    func trialEnds() async throws {
        let wecom = FakeTransport.wecom(sends: [
            .success(refusal(40014)), .success(taken), .success(refusal(42001)), .success(refusal(81013)),
            .success(refusal(40014)), .success(taken),
        ])
        let client = client(wecom)
        for error in [nil, WeComError.refused(ErrorCode(81013), message: "because"), nil] {
            #expect(await failure(of: client) == error)
        }
        #expect(wecom.tokenRequests.count == 4)
    }

    @Test("of many calls whose token is revoked, none has a third token fetched")
    func manyRefused() async throws {
        let wecom = FakeTransport { request throws(HTTPTransportError) in
            json(
                request.path.hasSuffix("/gettoken")
                    ? #"{"access_token":"stale","expires_in":7200}"# : #"{"errcode":42001,"errmsg":"expired"}"#)
        }
        let client = client(wecom)
        let kept = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { await failure(of: client)?.isTransient == true } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(kept == 100 && wecom.tokenRequests.count == 2)
    }

    @Test("401 and 403 are for a person to mend, whichever call they answer", arguments: [401, 403], [true, false])
    func shutOut(status: Int, fromTheStart: Bool) async throws {
        let wecom = FakeTransport { request throws(HTTPTransportError) in
            request.path.hasSuffix("/gettoken") && !fromTheStart
                ? json(#"{"access_token":"t","expires_in":7200}"#) : .text(HTTPStatus(status), "no")
        }
        let error = await failure(of: wecom)
        #expect(error?.isTransient == true && error?.isAmbiguous == false)
        #expect(error?.obstacle?.code == "HTTP \(status)" && error?.obstacle?.pause.first == .seconds(60))
        #expect(error?.obstacle?.advice.contains("api_base_url") == true)
    }

    @Test(
        "what WeCom answers is told apart by what may be done",
        arguments: [
            (-1, true), (45009, true), (45033, true), (60020, true), (301002, true), (81013, false), (44004, false),
        ]
    )
    func codes(_ code: Int, _ isTransient: Bool) async throws {
        let wecom = FakeTransport.wecom(sends: [.success(refusal(code))])
        let error = await failure(of: wecom)
        #expect(error == .refused(ErrorCode(Int64(code)), message: "because"))
        #expect(error?.isTransient == isTransient && error?.isAmbiguous == false)
        #expect(wecom.sends.count == 1)
    }

    @Test("a 200 that says nothing of the message is not WeCom's, and the message may go again")
    func saysNothing() async throws {
        let error = await failure(of: FakeTransport.wecom(sends: [.success("{}")]))
        #expect(error == .unreadable(status: .ok, reason: "message/send answered without errcode and msgid"))
        #expect(error?.isTransient == true && error?.isAmbiguous == true)
        let silent = FakeTransport.wecom(sends: [.success(#"{"msgid":"m7"}"#)])
        #expect(try await client(silent).send(message, checkingDuplicates: true).messageID == "m7")
    }

    @Test("what stops the whole app is told apart, with what to do about it")
    func obstacles() {
        let listed = WeComError.refused(
            ErrorCode(60020),
            message: "not allow to access from your ip, hint: [17], from ip: 203.0.113.7, more info at x")
        #expect(listed.obstacle?.advice.contains("203.0.113.7 to 企业可信IP") == true && listed.obstacle?.isLimit == false)
        #expect(
            WeComError.refused(ErrorCode(60020), message: "from ip: <script>, x").obstacle?.advice.contains("<")
                == false)
        #expect(WeComError.refused(ErrorCode(45009), message: "").obstacle?.isLimit == true)
        #expect(
            WeComError.noToken(.refused(ErrorCode(40001), message: "")).obstacle?.advice.contains("corp_secret") == true
        )
        for passing: WeComError in [
            .refused(ErrorCode(-1), message: ""), .refused(ErrorCode(60111), message: ""), .invalidRecipient(user),
            .noToken(.refused(ErrorCode(-1), message: "")), .noToken(.transport(.cancelled)), .holdingBack(after: ""),
        ] {
            #expect(passing.obstacle == nil)
        }
    }

    @Test(
        "taken with errcode 0 and given to nobody is a failure",
        arguments: ["zhangsan", "other|zhangsan", "ZHANGSAN|x"]
    )
    func invalidUser(invalid: String) async throws {
        let wecom = FakeTransport.wecom(sends: [.success(#"{"errcode":0,"invaliduser":"\#(invalid)"}"#)])
        let error = await failure(of: wecom)
        #expect(error == .invalidRecipient(user) && error?.isTransient == false && error?.isAmbiguous == false)
    }

    @Test("somebody else's failure is not ours", arguments: ["", "zhangsanfeng", "other"])
    func otherInvalidUser(invalid: String) async throws {
        let wecom = FakeTransport.wecom(sends: [.success(#"{"errcode":0,"invaliduser":"\#(invalid)"}"#)])
        _ = try await client(wecom).send(message, checkingDuplicates: true)
    }

    @Test(
        "an answer that is not WeCom's is worth another try, and may hide a success",
        arguments: [
            "<html>welcome</html>", "", "null", "[]", "\"ok\"", #"{"errcode":"#, #"{"errcode":"no"}"#,
            #"{"errcode":{}}"#,
            #"{"errcode":0.5}"#, "\u{0}",
        ]
    )
    func garbage(text: String) async throws {
        let error = await failure(of: .wecom(sends: [.success(text)]))
        guard case .unreadable(.ok, _) = error else { throw Unexpected("\(text): \(String(describing: error))") }
        #expect(error?.isTransient == true && error?.isAmbiguous == true)
    }

    @Test("an errcode in quotes is one")
    func quotedCode() async throws {
        let error = await failure(of: .wecom(sends: [.success(#"{"errcode":"81013","errmsg":"because"}"#)]))
        #expect(error == .refused(ErrorCode(81013), message: "because"))
    }

    @Test(
        "another status is worth another try; only a server's own fault may hide a success",
        arguments: [
            (302, false), (400, false), (403, false), (404, false), (500, true), (502, true), (504, true), (204, true),
        ]
    )
    func status(_ code: Int, _ isAmbiguous: Bool) async throws {
        let wecom = FakeTransport { request throws(HTTPTransportError) in
            request.path.hasSuffix("/gettoken")
                ? json(#"{"access_token":"token-1"}"#) : .text(HTTPStatus(code), taken)
        }
        let error = await failure(of: wecom)
        #expect(error == .unreadable(status: HTTPStatus(code), reason: "not 200"))
        #expect((error?.obstacle == nil) == (code != 403))
        #expect(error?.isTransient == true && error?.isAmbiguous == isAmbiguous)
    }

    @Test(
        "a request that went out may have been carried out",
        arguments: [
            (.notSent("refused"), false), (.unanswered("reset"), true), (.bodyTooLarge(limit: 1), true),
            (.cancelled, true),
        ] as [(HTTPTransportError, Bool)]
    )
    func transport(_ failure: HTTPTransportError, _ isAmbiguous: Bool) async throws {
        let error = await self.failure(of: .wecom(sends: [.failure(failure)]))
        #expect(error == .transport(failure))
        #expect(error?.isTransient == true && error?.isAmbiguous == isAmbiguous)
    }

    @Test(
        "without a token nothing has gone out, and it is worth another try",
        arguments: [
            #"{"errcode":40001,"errmsg":"invalid credential"}"#, #"{"errcode":40013,"errmsg":"invalid corpid"}"#,
            #"{"errcode":50003}"#, "<html>", #"{"errcode":0}"#, #"{"errcode":0,"access_token":""}"#,
        ]
    )
    func noToken(answer: String) async throws {
        let wecom = FakeTransport { _ throws(HTTPTransportError) in json(answer) }
        let error = await failure(of: wecom)
        guard case .noToken = error else { throw Unexpected("\(String(describing: error))") }
        #expect(error?.isTransient == true && error?.isAmbiguous == false)
        #expect(wecom.sends.isEmpty)
    }

    @Test("what stands in a URL is escaped")
    func escaping() async throws {
        let wecom = FakeTransport { request throws(HTTPTransportError) in
            request.path.hasSuffix("/gettoken") ? json(#"{"access_token":"a+b/c=&d 中"}"#) : json(taken)
        }
        let client = client(wecom, corp: "ww&x=1", secret: "s+/=&%?# ")
        _ = try await client.send(message, checkingDuplicates: true)
        #expect(wecom.tokenRequests.first?.query["corpid"] == "ww&x=1")
        #expect(wecom.tokenRequests.first?.query["corpsecret"] == "s+/=&%?# ")
        #expect(wecom.sends.first?.query["access_token"] == "a+b/c=&d 中")
        #expect(wecom.requests.allSatisfy { $0.target.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
    }

    @Test("each app goes to its own address")
    func baseURL() async throws {
        let wecom = FakeTransport.wecom(sends: [])
        _ = try await client(wecom, baseURL: "http://127.0.0.1:9/relay").send(message, checkingDuplicates: true)
        #expect(wecom.requests.allSatisfy { $0.target.hasPrefix("http://127.0.0.1:9/relay/cgi-bin/") })
    }

    @Test("no error tells a secret, not even one that WeCom's words repeat")
    func secrets() async throws {
        let secret = "sesame+secret"
        let words: [(String, String)] = [
            (#"{"errcode":40001,"errmsg":"bad secret sesame+secret"}"#, ""),
            (#"{"errcode":40001,"errmsg":"GET /gettoken?corpsecret=sesame%2Bsecret"}"#, ""),
            (#"{"access_token":"open-token"}"#, #"{"errcode":81013,"errmsg":"no open-token"}"#),
            (#"{"access_token":"open-token"}"#, "<html>open-token</html>"),
            (#"{"access_token":"open-token"}"#, #"{"errcode":40014,"errmsg":"open-token"}"#),
        ]
        for (tokenAnswer, sendAnswer) in words {
            let wecom = FakeTransport { request throws(HTTPTransportError) in
                json(request.path.hasSuffix("/gettoken") ? tokenAnswer : sendAnswer)
            }
            let client = client(wecom, secret: secret)
            for _ in 0..<2 {
                let error = await failure(of: client)
                let seen = "\(String(describing: error)) \(String(reflecting: error)) \(error?.description ?? "")"
                #expect(error != nil && !seen.contains("sesame") && !seen.contains("open-token"))
            }
        }
    }

    // MARK: Making

    private let user = UserID("ZhangSan")
    private var message: OutboundMessage { OutboundMessage(to: user, .text("你好")) }

    private func refusal(_ code: Int) -> String { #"{"errcode":\#(code),"errmsg":"because"}"# }

    private func client(
        _ transport: FakeTransport,
        corp: String = "ww1",
        secret: String = "secret",
        baseURL: String = AppCredentials.publicAPI
    ) -> WeComClient {
        WeComClient(
            AppCredentials(
                corpID: CorpID(corp),
                agentID: AgentID(1000002),
                secret: Secret(secret),
                apiBaseURL: baseURL
            ),
            transport: transport
        )
    }

    private func failure(of transport: FakeTransport) async -> WeComError? { await failure(of: client(transport)) }

    private func failure(of client: WeComClient) async -> WeComError? {
        do throws(WeComError) {
            _ = try await client.send(message, checkingDuplicates: true)
            return nil
        } catch {
            return error
        }
    }
}
