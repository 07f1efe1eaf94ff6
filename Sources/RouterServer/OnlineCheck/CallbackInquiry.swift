import HTTP
import System
import WeCom

/// Asks the address of an app's or a bot's callbacks as WeCom's console does when an administrator saves it: with a text that is sealed
/// and signed with its keys, which a server of these keys sends back opened.
struct CallbackInquiry {
    private let token: Secret
    private let encodingAESKey: Secret
    /// The id that the text is sealed for.
    private let receiver: String
    /// The address, with the path and perhaps the name.
    let url: String
    let transport: any HTTPTransport

    init(app: Configuration.App, url: String, transport: any HTTPTransport) {
        (token, encodingAESKey, receiver) = (app.token, app.encodingAESKey, app.corpID.text)
        (self.url, self.transport) = (url, transport)
    }

    init(bot: Configuration.Bot.Webhook, url: String, transport: any HTTPTransport) {
        (token, encodingAESKey, receiver) = (bot.token, bot.encodingAESKey, bot.receiveID ?? "")
        (self.url, self.transport) = (url, transport)
    }

    /// The reason why the address does not answer as it should.
    enum Obstacle {
        case unusableKeys(any Error)
        case unreachable(HTTPTransportError)
        /// Somebody answers as a server does that has other keys, or got another query.
        case refused
        /// What stands before the server did not reach it.
        case notReached(HTTPStatus)
        case somebodyElse(HTTPStatus)
    }

    /// Nil if the address answers as it should; else what is wrong with it, and what to do.
    func obstacle() async -> String? { await find()?.description }

    /// Asks; nil if the address answers as it should.
    func find() async -> Obstacle? {
        let word = randomText(32)
        let result: Result<HTTPResponse, HTTPTransportError>
        do {
            let query = try sealedQuery(word)
            var options = HTTPRequestOptions()
            options.totalTimeout = .seconds(10)
            do throws(HTTPTransportError) {
                result = .success(try await transport.send(HTTPRequest(.get, "\(url)?\(query)"), options))
            } catch {
                result = .failure(error)
            }
        } catch {
            return .unusableKeys(error)
        }
        switch result {
        case .success(let response): return obstacle(in: response, to: word)
        case .failure(let failure): return .unreachable(failure)
        }
    }

    private func sealedQuery(_ word: String) throws -> String {
        let keys = try CallbackKeys(token: token, encodingAESKey: encodingAESKey)
        return keys.seal(
            message: Array(word.utf8), receiver: receiver, timestamp: "\(Timestamp.now.seconds)",
            nonce: randomText(10)
        ).verificationQuery
    }

    private func obstacle(in response: HTTPResponse, to word: String) -> Obstacle? {
        if response.status == .ok, response.bytes.elementsEqual(word.utf8) { return nil }
        return switch response.status.code {
        case 403: .refused
        case 502...504: .notReached(response.status)
        default: .somebodyElse(response.status)
        }
    }
}

extension CallbackInquiry.Obstacle: CustomStringConvertible {
    var description: String {
        switch self {
        case .unusableKeys(let error): "the keys cannot be used: \(error)"
        case .unreachable(let failure):
            "it cannot be reached from here (\(printable("\(failure)", most: 300))). If this machine cannot see its own "
                + "public address, WeCom may all the same; else check DNS, the certificate, and the proxy or tunnel"
        case .refused:
            "a server answers there that has other keys, or something before it refuses: is it this one, and does the "
                + "proxy pass the query on unchanged?"
        case .notReached(let status):
            "what stands before the server answers \(status): it did not reach it. Correct where the proxy or "
                + "tunnel passes requests on to"
        case .somebodyElse(let status):
            "something else answers there, with \(status): have the proxy or tunnel pass the path and what is "
                + "below it to this server unchanged"
        }
    }
}
