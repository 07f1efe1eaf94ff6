import HTTP
import System
import WeCom

/// Asks the address of an app's callbacks as WeCom's console does when an administrator saves it: with a text that is sealed
/// and signed with the app's keys, which a server of these keys sends back opened.
struct CallbackInquiry {
    let app: Configuration.App
    /// The address, with the path and perhaps the app's name.
    let url: String
    let transport: any HTTPTransport

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
            return "the app's keys cannot be used: \(error)"
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
        let keys = try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey)
        return keys.seal(
            message: Array(word.utf8), receiver: app.corpID.text, timestamp: "\(Timestamp.now.seconds)",
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
