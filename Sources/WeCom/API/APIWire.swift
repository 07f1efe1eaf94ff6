import HTTP
import JSON
import Text

/// Exchanges with WeCom's API, whatever the call: the request goes out as the app's settings say, and what comes back
/// is WeCom's answer, WeCom's refusal, or somebody else's page.
struct APIWire: Sendable {
    let credentials: AppCredentials
    let transport: any HTTPTransport
    let clock: WeComClock

    /// The URL of a call: the app's base, the path, and the parameters with their values percent-encoded.
    func url(_ path: String, _ parameters: [(name: String, value: String)]) -> String {
        let query = parameters.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
        return "\(credentials.apiBaseURL)\(path)?\(query)"
    }

    /// Makes a call and returns its answer, whatever it is.
    func response(
        to request: HTTPRequest, _ options: HTTPRequestOptions = HTTPRequestOptions()
    ) async throws(WeComError) -> HTTPResponse {
        do throws(HTTPTransportError) {
            let response = try await transport.send(request, underWay(options))
            clock.hear(response.headers)
            return response
        } catch {
            throw .transport(error)
        }
    }

    /// The head of what came back; its body comes as it is read.
    func stream(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(WeComError) -> HTTPStreamedResponse {
        do throws(HTTPTransportError) {
            let response = try await transport.stream(request, underWay(options))
            clock.hear(response.headers)
            return response
        } catch {
            throw .transport(error)
        }
    }

    /// With what the app's settings say of the way to WeCom.
    private func underWay(_ options: HTTPRequestOptions) -> HTTPRequestOptions {
        var options = options
        options.proxy = credentials.proxy?.reveal()
        options.caFile = credentials.caFile
        return options
    }

    /// WeCom's answer in JSON. `secret` is what the request carried: no error repeats it.
    func answer(
        to request: HTTPRequest, carrying secret: Secret, _ options: HTTPRequestOptions = HTTPRequestOptions()
    ) async throws(WeComError) -> JSONValue {
        try APIWire.answer(in: try await response(to: request, options), carrying: secret)
    }

    /// Reads an answer: HTTP 200 and a JSON object whose `errcode` is 0 or missing.
    static func answer(in response: HTTPResponse, carrying secret: Secret) throws(WeComError) -> JSONValue {
        guard response.status == .ok else { throw .unreadable(status: response.status, reason: "not 200") }
        guard let json = try? JSONValue(parsing: response.bytes, limits: .lists), case .object = json else {
            throw .unreadable(
                status: response.status, reason: "\(response.bytes.count) bytes that are no JSON object")
        }
        guard let code = json["errcode"].map({ $0.stringOrInteger.flatMap { Int64($0) } }) ?? 0 else {
            throw .unreadable(status: response.status, reason: "an errcode that is no number")
        }
        guard code == 0 else {
            throw .refused(ErrorCode(code), message: message(of: json, without: secret))
        }
        return json
    }
}

/// WeCom's words, unless whoever answers in its place repeats what we sent.
private func message(of answer: JSONValue, without secret: Secret) -> String {
    let words = answer["errmsg"]?.string ?? ""
    let revealed = secret.reveal()
    let tells = [revealed, percentEncoded(revealed)].contains { words.has($0) }
    return tells ? "(an errmsg that repeats a secret)" : words.cut(toCharacters: 500, bytes: 2000, mark: "")
}
