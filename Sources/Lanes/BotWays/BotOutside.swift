package import HTTP
import Router
package import WeCom

/// A bot's own requests to the outside: answers to the addresses that came with messages, and files that people sent.
package struct BotOutside: Sendable {
    private let transport: any HTTPTransport
    private let settings: Settings

    package struct Settings: Sendable, Equatable {
        /// The only address to which answers may be posted.
        package var responseURL = ResponseURL.official
        package var proxy: Secret?
        package var caFile: String?
        /// The time that one answer may take.
        package var timeout = Duration.seconds(10)
        /// Files may lie at private addresses, and be fetched without TLS: with a private deployment, or a simulated WeCom.
        package var fetchesPrivately = false

        package init() {}
    }

    package init(_ settings: Settings, over transport: any HTTPTransport) {
        self.settings = settings
        self.transport = transport
    }

    /// The result of an answer, told apart by what may follow.
    enum Posted: Sendable, Equatable {
        case sent
        /// It was seen by nobody, and the address can still be used.
        case unsent(String)
        /// It was seen by nobody, and nobody will see it by that address.
        case refused(String)
        case unclear(String)
    }

    /// Posts an answer, again where that can be no second one.
    func post(_ reply: BotReply, to text: Secret) async -> Posted {
        let url: ResponseURL
        do throws(ResponseURLFault) {
            url = try ResponseURL(text, allowed: settings.responseURL)
        } catch {
            return .refused("\(error)")
        }
        var attempt = 1
        while true {
            let result: Result<HTTPResponse, HTTPTransportError>
            do throws(HTTPTransportError) {
                result = .success(try await transport.send(url.request(posting: reply), options))
            } catch {
                result = .failure(error)
            }
            switch url.verdict(on: result, attempt: attempt) {
            case .sent: return .sent
            case .retry(let pause):
                try? await Task.sleep(for: pause)
                attempt += 1
            case .unsent(let error): return .unsent("\(error)")
            case .refused(let error): return .refused("\(error)")
            case .unclear(let error): return .unclear("\(error)")
            }
        }
    }

    private var options: HTTPRequestOptions {
        var options = HTTPRequestOptions()
        options.totalTimeout = settings.timeout
        options.proxy = settings.proxy?.reveal()
        options.caFile = settings.caFile
        return options
    }

    /// Fetches a file into a folder and opens it.
    func fetch(
        _ url: String, sealedWith key: MediaKey, into folder: String, limit: Int, named fallback: String
    ) async throws -> DownloadedMedia {
        var options = options
        if !settings.fetchesPrivately { options.mayConnect = { $0.isPublic } }
        let download = SealedMediaDownload(
            transport: transport, options: options, allowsPlainHTTP: settings.fetchesPrivately)
        do {
            return try await download.run(url, sealedWith: key, into: folder, limit: limit, named: fallback)
        } catch {
            throw BotOutside.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> any Error {
        guard let error = error as? WeComError else { return MediaFailure("\(error)", mayPass: false) }
        if error.isCancellation, Task.isCancelled { return CancellationError() }
        return MediaFailure(error.description, mayPass: mayPass(error))
    }

    /// A disk that is full may not be a little later, and an address that is within our network stays there.
    private static func mayPass(_ error: WeComError) -> Bool {
        switch error {
        case .file: true
        case .transport(.notAllowed): false
        default: error.isTransient
        }
    }
}
