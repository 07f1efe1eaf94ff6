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

    /// Nil if the address answers as it should; else what is wrong with it, and what to do.
    func obstacle() async -> String? {
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
            return "the keys cannot be used: \(error)"
        }
        switch result {
        case .success(let response): return obstacle(in: response, to: word)
        case .failure(let failure):
            return
                "it cannot be reached from here (\(printable("\(failure)", most: 300))). If this machine cannot see its own "
                + "public address, WeCom may all the same; else check DNS, the certificate, and the proxy or tunnel"
        }
    }

    private func sealedQuery(_ word: String) throws -> String {
        let keys = try CallbackKeys(token: token, encodingAESKey: encodingAESKey)
        return keys.seal(
            message: Array(word.utf8), receiver: receiver, timestamp: "\(Timestamp.now.seconds)",
            nonce: randomText(10)
        ).verificationQuery
    }

    private func obstacle(in response: HTTPResponse, to word: String) -> String? {
        if response.status == .ok, response.bytes.elementsEqual(word.utf8) { return nil }
        switch response.status.code {
        case 403:
            return
                "a server answers there that has other keys, or something before it refuses: is it this one, and does the "
                + "proxy pass the query on unchanged?"
        case 502...504:
            return
                "what stands before the server answers \(response.status): it did not reach it. Correct where the proxy or "
                + "tunnel passes requests on to"
        default:
            return
                "something else answers there, with \(response.status): have the proxy or tunnel pass the path and what is "
                + "below it to this server unchanged"
        }
    }
}
