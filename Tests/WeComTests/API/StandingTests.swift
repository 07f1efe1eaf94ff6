import HTTP
import System
import Testing

@testable import WeCom

@Suite(.timeLimit(.minutes(1))) struct StandingTests {
    @Test("nothing is known before WeCom was asked, and a token that it gives is good until its end")
    func good() async throws {
        let client = client(FakeTransport.wecom(sends: []))
        #expect(client.standing == Standing())
        let before = Timestamp.now
        await client.askForToken()
        let standing = client.standing
        #expect(standing.state == .good && standing.reason == nil && standing.advice == nil)
        let until = try #require(standing.tokenUntil)
        #expect(until >= before.advanced(by: .seconds(7000)) && until <= Timestamp.now.advanced(by: .seconds(7201)))
        #expect(standing.since.map { $0 >= before } == true)
    }

    @Test(
        "a refusal is one, with what to do; an outage is another state and gives no advice",
        arguments: [
            (#"{"errcode":40001,"errmsg":"invalid credential"}"#, 200, Standing.State.refused, "40001", "corp_secret"),
            (#"{"errcode":40013,"errmsg":"invalid corpid"}"#, 200, .refused, "40013", "corp_id"),
            ("no", 403, .refused, "HTTP 403", "api_base_url"), ("no", 503, .unreachable, nil, nil),
            ("<html>", 200, .unreachable, nil, nil), (#"{"errcode":-1}"#, 200, .unreachable, nil, nil),
        ] as [(String, Int, Standing.State, String?, String?)])
    func states(body: String, status: Int, state: Standing.State, code: String?, advice: String?) async throws {
        let client = client(
            FakeTransport { _ throws(HTTPTransportError) in .json(HTTPStatus(status), Array(body.utf8)) })
        await client.askForToken()
        let standing = client.standing
        #expect(standing.state == state && standing.code == code && standing.tokenUntil == nil)
        #expect(standing.reason?.isEmpty == false && standing.since != nil)
        #expect(advice.map { standing.advice?.contains($0) == true } ?? (standing.advice == nil))
    }

    @Test("no connection is an outage, and a question that was broken off says nothing")
    func transport() async throws {
        let away = client(FakeTransport { _ throws(HTTPTransportError) in throw .notSent("refused") })
        await away.askForToken()
        #expect(away.standing.state == .unreachable)
        let stopped = client(FakeTransport { _ throws(HTTPTransportError) in throw .cancelled })
        await stopped.askForToken()
        #expect(stopped.standing == Standing())
    }

    @Test("tokens that WeCom gives and does not take are a refusal")
    func revoked() async throws {
        let refusal = #"{"errcode":40014,"errmsg":"invalid access_token"}"#
        let client = client(FakeTransport.wecom(sends: [.success(refusal), .success(refusal)]))
        await client.askForToken()
        #expect(client.standing.state == .good)
        _ = try? await client.send(OutboundMessage(to: UserID("u1"), .text("x")), checkingDuplicates: false)
        let standing = client.standing
        #expect(standing.state == .refused && standing.code == "40014" && standing.tokenUntil == nil)
        #expect(standing.advice?.contains("corp_secret") == true)
    }

    @Test("a refusal outlasts an outage, and a token that WeCom gives after it proves nothing until it is taken")
    func refusedStill() {
        let record = StandingRecord()
        let refusal = WeComError.tokenRefused(.refused(ErrorCode(40014), message: "invalid access_token"))
        record.note(refusal)
        let refused = record.standing
        record.note(.transport(.notSent("no network")))
        #expect(record.standing == refused)
        let token = AccessToken(text: Secret("t"), lifetime: .seconds(7200), fetched: .now)
        record.note(GivenToken(token: token, isOnTrial: true), at: .now)
        #expect(record.standing.state == .refused && record.standing.code == "40014")
        record.noteTaken()
        #expect(record.standing.state == .good && record.standing.code == nil)
    }

    @Test("a call that something before WeCom forbids is a refusal, until one is let through")
    func forbidden() async throws {
        let answers = Lock<[(Int, String)]>([(403, "no"), (200, #"{"errcode":0,"msgid":"m"}"#)])
        let client = client(
            FakeTransport { request throws(HTTPTransportError) in
                if request.path.hasSuffix("/gettoken") {
                    return .json(.ok, Array(#"{"errcode":0,"access_token":"t","expires_in":7200}"#.utf8))
                }
                let (status, body) = answers.withLock { $0.removeFirst() }
                return .json(HTTPStatus(status), Array(body.utf8))
            })
        _ = try? await client.send(OutboundMessage(to: UserID("u1"), .text("x")), checkingDuplicates: false)
        #expect(client.standing.state == .refused && client.standing.code == "HTTP 403")
        _ = try await client.send(OutboundMessage(to: UserID("u1"), .text("x")), checkingDuplicates: false)
        #expect(client.standing.state == .good)
    }

    private func client(_ transport: FakeTransport) -> WeComClient {
        WeComClient(
            AppCredentials(corpID: CorpID("ww1"), agentID: AgentID(1), secret: Secret("secret")), transport: transport)
    }
}
