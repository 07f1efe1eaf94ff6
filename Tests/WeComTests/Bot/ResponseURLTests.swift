import HTTP
import JSON
import Testing
import WeCom

@Suite struct ResponseURLTests {
    private let good = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=CODE"

    @Test("WeCom's own address is posted to as it stands, with plain JSON and no token")
    func request() throws {
        let request = try ResponseURL(Secret(good)).request(posting: .markdown("hi"))
        #expect(request.method == .post && request.target == good)
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"msgtype":"markdown","markdown":{"content":"hi"}}"#)
    }

    @Test("the scheme and the host may be spelled in capitals")
    func capitals() throws {
        _ = try ResponseURL(Secret("HTTPS://QYAPI.weixin.qq.com/cgi-bin/aibot/response?response_code=C"))
    }

    @Test(
        "no other address is posted to, however it is dressed",
        arguments: [
            "http://qyapi.weixin.qq.com/cgi-bin/aibot/response?c", "https://evil.example/cgi-bin/aibot/response?c",
            "https://qyapi.weixin.qq.com.evil.example/cgi-bin/aibot/response?c",
            "https://evil.example?https://qyapi.weixin.qq.com/cgi-bin/aibot/response",
            "https://qyapi.weixin.qq.com@evil.example/cgi-bin/aibot/response?c",
            "https://evil.example\\@qyapi.weixin.qq.com/cgi-bin/aibot/response?c",
            "https://evil.example#qyapi.weixin.qq.com/cgi-bin/aibot/response?c",
            "https://qyapi.weixin.qq.com:444/cgi-bin/aibot/response?c",
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/response/more?c",
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/responses?c",
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/../gettoken?c",
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/%2e%2e/response?c",
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?c#f", "https://qyapi.weixin.qq.com/?c",
            "https:///cgi-bin/aibot/response?c", "file:///etc/passwd", "qyapi.weixin.qq.com", "", "https://",
            "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?c\r\nHost: evil", "https://127.0.0.1/?c",
            "https://ｑyapi.weixin.qq.com/cgi-bin/aibot/response?c",
        ])
    func refused(url: String) {
        #expect(throws: ResponseURLFault.self) { try ResponseURL(Secret(url)) }
    }

    @Test("a private deployment's own address is the only one then")
    func configured() throws {
        let allowed = "http://127.0.0.1:8080/wecom/response"
        _ = try ResponseURL(Secret("http://127.0.0.1:8080/wecom/response?c=1"), allowed: allowed)
        #expect(
            throws: ResponseURLFault.elsewhere(host: "qyapi.weixin.qq.com", allowed: allowed)
        ) { try ResponseURL(Secret(good), allowed: allowed) }
        #expect(throws: ResponseURLFault.self) {
            try ResponseURL(Secret("https://127.0.0.1:8080/wecom/response?c=1"), allowed: allowed)
        }
    }

    @Test("neither the address nor a fault in it is printed")
    func printing() throws {
        #expect(!"\(try ResponseURL(Secret(good)))".contains("CODE"))
        do {
            _ = try ResponseURL(Secret("https://evil.example/x?response_code=CODE"))
        } catch {
            #expect(error.description.contains("evil.example") && !error.description.contains("CODE"))
        }
    }
}

@Suite struct ResponseVerdictTests {
    private let url: ResponseURL

    init() throws { url = try ResponseURL(Secret(ResponseURL.official + "?response_code=CODE")) }

    private func verdict(_ body: String, _ status: HTTPStatus = .ok, attempt: Int = 1) -> ResponseURL.Verdict {
        url.verdict(on: .success(HTTPResponse(status, body: .whole(Array(body.utf8)))), attempt: attempt)
    }

    private func verdict(_ error: HTTPTransportError, attempt: Int = 1) -> ResponseURL.Verdict {
        url.verdict(on: .failure(error), attempt: attempt)
    }

    @Test("an errcode of 0 says that it was sent")
    func sent() {
        #expect(verdict(#"{"errcode":0,"errmsg":"ok"}"#) == .sent && verdict("{}") == .sent)
    }

    @Test(
        "a busy WeCom, a server's fault and a request that did not go out are tried three times, at growing intervals"
    )
    func retried() {
        let busy = WeComError.refused(ErrorCode(-1), message: "busy")
        let conflict = WeComError.refused(ErrorCode(6000), message: "")
        let lost = HTTPTransportError.notSent("no route")
        for (attempt, pause) in [(1, Duration.milliseconds(100)), (2, .milliseconds(400))] {
            #expect(verdict(#"{"errcode":-1,"errmsg":"busy"}"#, attempt: attempt) == .retry(after: pause))
            #expect(verdict(#"{"errcode":6000}"#, attempt: attempt) == .retry(after: pause))
            #expect(verdict("oops", HTTPStatus(502), attempt: attempt) == .retry(after: pause))
            #expect(verdict(lost, attempt: attempt) == .retry(after: pause))
        }
        #expect(verdict(#"{"errcode":-1,"errmsg":"busy"}"#, attempt: 3) == .unsent(busy))
        #expect(verdict(#"{"errcode":6000}"#, attempt: 3) == .unsent(conflict))
        #expect(verdict(lost, attempt: 3) == .unsent(.transport(lost)))
        guard case .unclear = verdict("oops", HTTPStatus(502), attempt: 3) else {
            Issue.record("a server's fault may hide that the answer was shown")
            return
        }
    }

    @Test("a refusal for good is not repeated", arguments: [40008, 44004, 93017, 999_999] as [Int64])
    func refused(code: Int64) {
        #expect(
            verdict(#"{"errcode":\#(code),"errmsg":"no"}"#) == .refused(.refused(ErrorCode(code), message: "no")))
    }

    @Test("a status of the client's fault is a refusal", arguments: [400, 403, 404, 302])
    func status(code: Int) {
        guard case .refused = verdict("", HTTPStatus(code)) else {
            Issue.record("\(code) is no refusal")
            return
        }
    }

    @Test("a limit on calls leaves the address for later")
    func limit() {
        guard case .unsent(.refused(ErrorCode(45009), _)) = verdict(#"{"errcode":45009}"#) else {
            Issue.record("the address was given up")
            return
        }
    }

    @Test(
        "what may have been shown is not posted again",
        arguments: [.unanswered("timeout"), .cancelled, .bodyTooLarge(limit: 1)] as [HTTPTransportError])
    func ambiguous(error: HTTPTransportError) {
        #expect(verdict(error) == .unclear(.transport(error)))
        guard case .unclear = verdict("<html>") else {
            Issue.record("a page in the place of WeCom's answer says nothing of what became of it")
            return
        }
    }

    @Test("an address that may not be connected to was not reached, and is not tried again")
    func notAllowed() {
        let error = HTTPTransportError.notAllowed(address: "10.0.0.1")
        #expect(verdict(error) == .unsent(.transport(error)))
    }

    @Test("an answer that repeats the address is not repeated")
    func secret() {
        let echo = #"{"errcode":40008,"errmsg":"bad \#(ResponseURL.official)?response_code=CODE"}"#
        #expect(!"\(verdict(echo))".contains("CODE"))
    }
}
