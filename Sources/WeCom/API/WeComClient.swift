package import HTTP
package import JSON
import System

/// WeCom's API, spoken as one app.
package struct WeComClient: Sendable {
    package let credentials: AppCredentials
    private let transport: any HTTPTransport
    private let tokens: TokenKeeper

    package init(_ credentials: AppCredentials, transport: any HTTPTransport) {
        self.credentials = credentials
        self.transport = transport
        tokens = TokenKeeper { () async throws(WeComError) in
            try await fetchToken(credentials, transport)
        }
    }

    /// What WeCom said to a message it took.
    package struct Receipt: Sendable, Equatable {
        /// For recalling the message.
        package let messageID: String?
    }

    /// Sends a message. `checkingDuplicates` has WeCom swallow an identical one sent within four hours.
    package func send(
        _ message: JSONValue, to user: UserID, checkingDuplicates: Bool
    ) async throws(WeComError) -> Receipt {
        guard case .object(var members) = message else { preconditionFailure("a message is a JSON object") }
        members.append(.init("agentid", .integer(credentials.agentID.number)))
        if checkingDuplicates {
            members.append(.init("enable_duplicate_check", 1))
            members.append(.init("duplicate_check_interval", 14_400))
        }
        let answer = try await call("/cgi-bin/message/send", JSONValue.object(members).bytes)
        // Somebody else's 200: taking it for WeCom's would lose the message.
        guard answer["errcode"] != nil || answer["msgid"] != nil else {
            throw .unreadable(status: .ok, reason: "message/send answered without errcode and msgid")
        }
        let invalid = answer["invaliduser"]?.string ?? ""
        if invalid.split(separator: "|").contains(where: { UserID(String($0)) == user }) {
            throw .invalidRecipient(user)
        }
        return Receipt(messageID: answer["msgid"]?.stringOrInteger)
    }

    /// Posts JSON with the app's token. A token that WeCom refuses is replaced once.
    private func call(_ path: String, _ body: [UInt8]) async throws(WeComError) -> JSONValue {
        let token = try await tokens.token()
        do throws(WeComError) {
            return try await post(path, token, body)
        } catch {
            guard case .refused(let code, _) = error, code.handling == .refreshToken else { throw error }
            await tokens.reject(token)
            return try await post(path, try await tokens.token(), body)
        }
    }

    private func post(_ path: String, _ token: AccessToken, _ body: [UInt8]) async throws(WeComError) -> JSONValue {
        let request = HTTPRequest(
            .post, "\(credentials.apiBaseURL)\(path)?access_token=\(percentEncoded(token.text.reveal()))",
            headers: ["Content-Type": "application/json; charset=utf-8"], body: body)
        return try await answer(to: request, carrying: token.text, credentials, transport)
    }
}

private func fetchToken(
    _ credentials: AppCredentials, _ transport: any HTTPTransport
) async throws(WeComError) -> AccessToken {
    let request = HTTPRequest(
        .get,
        "\(credentials.apiBaseURL)/cgi-bin/gettoken?corpid=\(percentEncoded(credentials.corpID.text))"
            + "&corpsecret=\(percentEncoded(credentials.secret.reveal()))")
    let asked = MonotonicTime.now
    let json = try await answer(to: request, carrying: credentials.secret, credentials, transport)
    guard let text = json["access_token"]?.string, !text.isEmpty, text.utf8.count <= 4096 else {
        throw .unreadable(status: .ok, reason: "gettoken answered without a token")
    }
    let seconds = min(max(json["expires_in"]?.integer ?? 7200, 1), 86_400)
    return AccessToken(text: Secret(text), lifetime: .seconds(seconds), fetched: asked)
}

/// Sends a request and reads WeCom's answer: HTTP 200 and JSON whose `errcode` is 0 or missing.
private func answer(
    to request: HTTPRequest, carrying secret: Secret, _ credentials: AppCredentials, _ transport: any HTTPTransport
) async throws(WeComError) -> JSONValue {
    var options = HTTPRequestOptions()
    options.proxy = credentials.proxy?.reveal()
    let response: HTTPResponse
    do {
        response = try await transport.send(request, options)
    } catch {
        throw .transport(error)
    }
    guard response.status == .ok else { throw .unreadable(status: response.status, reason: "not 200") }
    guard let json = try? JSONValue(parsing: response.bytes), case .object = json else {
        throw .unreadable(status: response.status, reason: "\(response.bytes.count) bytes that are no JSON object")
    }
    guard let code = json["errcode"].map({ $0.stringOrInteger.flatMap { Int64($0) } }) ?? 0 else {
        throw .unreadable(status: response.status, reason: "an errcode that is no number")
    }
    guard code == 0 else {
        throw .refused(ErrorCode(code), message: message(of: json, without: secret))
    }
    return json
}

/// WeCom's words, unless whoever answers in its place repeats what we sent.
private func message(of answer: JSONValue, without secret: Secret) -> String {
    let words = answer["errmsg"]?.string ?? ""
    let revealed = secret.reveal()
    let tells = [revealed, percentEncoded(revealed)].contains { words.utf8.contains(run: Array($0.utf8)) }
    return tells ? "(an errmsg that repeats a secret)" : String(words.prefix(500))
}

extension Collection<UInt8> {
    fileprivate func contains(run: [UInt8]) -> Bool {
        !run.isEmpty && indices.contains { self[$0...].starts(with: run) }
    }
}
