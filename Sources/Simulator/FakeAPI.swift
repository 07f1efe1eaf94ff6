import Crypto
import HTTP
import JSON
import Lifecycle
import System
import WeCom

/// The part of WeCom's API that we play, as strict about tokens and as silent about duplicates as the real one.
final class FakeAPI: Sendable {
    private struct Token {
        let app: Int
        let expires: MonotonicTime
    }

    private struct State {
        var tokens: [String: Token] = [:]
        var seen = SeenRequests()
        var sent = 0
    }

    private let apps: Lock<[FakeApp]>
    private let transcript: Transcript
    private let faults: Faults
    private let tokenLifetime: Int64
    private let state = Lock(State())

    init(apps: Lock<[FakeApp]>, transcript: Transcript, faults: Faults, tokenLifetime: Int64) {
        self.apps = apps
        self.transcript = transcript
        self.faults = faults
        self.tokenLifetime = tokenLifetime
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        switch request.path {
        case "/cgi-bin/gettoken": await meetingFaults(.gettoken) { self.issueToken(request.query) }
        case "/cgi-bin/message/send": await meetingFaults(.send) { self.takeMessage(request) }
        default: .text(.notFound, "no such call here\n")
        }
    }

    private func meetingFaults(_ call: Faults.Call, _ carryOut: () -> JSONValue) async -> HTTPResponse {
        switch faults.take(call) {
        case nil: return json(carryOut())
        case .errorCode(let code, let message): return json(refusal(code, message))
        case .status(let code): return .text(HTTPStatus(code), "as ordered\n")
        case .garbage: return .text(.ok, "<html>as ordered</html>")
        case .silence:
            _ = carryOut()
            return HTTPResponse(.ok, body: .streamed { _ in throw HTTPConnectionClosed() })
        case .hold(let hold):
            await hold.wait()
            return json(carryOut())
        }
    }

    // MARK: gettoken

    private func issueToken(_ query: Query) -> JSONValue {
        let apps = self.apps.withLock { $0 }
        guard let corp = query["corpid"], apps.contains(where: { $0.corpID.text == corp }) else {
            return refusal(40013, "invalid corpid")
        }
        guard let secret = query["corpsecret"].map(Secret.init),
            let app = apps.firstIndex(where: { $0.corpID.text == corp && $0.secret == secret })
        else { return refusal(40001, "invalid credential") }
        let text = "token-" + randomBytes(16).map { String($0, radix: 16) }.joined()
        let token = Token(app: app, expires: MonotonicTime.now.advanced(by: .seconds(tokenLifetime)))
        state.withLock { $0.tokens[text] = token }
        transcript.addToken()
        return ["errcode": 0, "errmsg": "ok", "access_token": .string(text), "expires_in": .integer(tokenLifetime)]
    }

    func revokeTokens() { state.withLock { $0.tokens = [:] } }

    // MARK: message/send

    private func takeMessage(_ request: HTTPRequest) -> JSONValue {
        guard let text = request.query["access_token"] else { return refusal(41001, "access_token missing") }
        guard let token = state.withLock({ $0.tokens[text] }) else { return refusal(40014, "invalid access_token") }
        guard token.expires > .now else { return refusal(42001, "access_token expired") }
        guard let message = try? JSONValue(parsing: request.body) else { return refusal(40058, "no JSON") }
        let app = apps.withLock { $0[token.app] }
        guard message["agentid"]?.integer == app.agentID.number else { return refusal(301002, "not allow agentid") }
        guard message["msgtype"]?.string == "text" else { return refusal(40008, "invalid message type") }
        guard let content = message["text"]?["content"]?.string, !content.isEmpty else {
            return refusal(44004, "empty content")
        }
        guard let to = message["touser"]?.string, !to.isEmpty else { return refusal(82001, "all recipients are empty") }
        return record(content, to: to, message, request.body, app)
    }

    private func record(
        _ content: String, to user: String, _ message: JSONValue, _ body: [UInt8], _ app: FakeApp
    ) -> JSONValue {
        let now = MonotonicTime.now
        let window = Duration.seconds(min(message["duplicate_check_interval"]?.integer ?? 1800, 14_400))
        let checks = message["enable_duplicate_check"]?.integer == 1
        let (isSwallowed, number) = state.withLock { state in
            let request = Array("\(app.corpID)/\(app.agentID)\n".utf8) + body
            let isRepeat = checks && state.seen.note(request, at: now, for: window)
            state.sent += 1
            return (isRepeat, state.sent)
        }
        let shown = content.utf8.count <= OutboundMessage.maxTextBytes ? content : cut(content)
        transcript.add(
            SentMessage(
                at: now, corpID: app.corpID, agentID: app.agentID, to: user, text: shown, messageID: "msg\(number)",
                isSwallowed: isSwallowed, request: message))
        return ["errcode": 0, "errmsg": "ok", "msgid": .string("msg\(number)")]
    }

    /// WeCom cuts a long text at its limit of bytes.
    private func cut(_ text: String) -> String {
        String(decoding: Array(text.utf8.prefix(OutboundMessage.maxTextBytes)), as: UTF8.self)
    }
}

private func json(_ value: JSONValue) -> HTTPResponse { .json(.ok, value.bytes) }

private func refusal(_ code: Int64, _ message: String) -> JSONValue {
    ["errcode": .integer(code), "errmsg": .string("\(message), hint: [simulated]")]
}
