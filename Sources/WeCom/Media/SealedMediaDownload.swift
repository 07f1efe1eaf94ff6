package import HTTP
import Text

/// The fetching of a file that a bot was sent: it lies sealed at an address that anybody may read, for five minutes.
package struct SealedMediaDownload: Sendable {
    private let transport: any HTTPTransport
    private let options: HTTPRequestOptions
    private let allowsPlainHTTP: Bool

    /// `options` say how the server is reached, and to which addresses a connection may go.
    package init(transport: any HTTPTransport, options: HTTPRequestOptions, allowsPlainHTTP: Bool = false) {
        self.transport = transport
        self.options = options
        self.allowsPlainHTTP = allowsPlainHTTP
    }

    /// The padding that a sealed file has, and the answer of a server that refuses.
    private static let most = 4096

    /// Fetches a file of at most `limit` bytes and opens it. It stands in the directory under a safe name once it is whole; on
    /// any failure nothing is left there.
    package func run(
        _ url: String, sealedWith key: MediaKey, into directory: String, limit: Int, named fallback: String
    ) async throws -> DownloadedMedia {
        guard url.begins(with: "https://") || allowsPlainHTTP && url.begins(with: "http://") else {
            throw WeComError.transport(.notSent("the file's address is none of https"))
        }
        var options = options
        options.totalTimeout = .seconds(60)
        options.idleTimeout = .seconds(15)
        options.maxBodySize = limit + SealedMediaDownload.most
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            response = try await transport.send(HTTPRequest(.get, url), options)
        } catch {
            throw WeComError(fetching: error, limit: limit)
        }
        guard response.status == .ok else {
            throw WeComError.unreadable(
                status: response.status, reason: "not the 200 of a file, which lies there for 5 minutes")
        }
        let content = try key.open(response.bytes)
        let name = response.headers["Content-Disposition"].flatMap(fileName(inContentDisposition:))
        let file = try await ArrivingFile(in: directory, limit: limit)
        do throws(WeComError) {
            try await file.append(content)
            return try await file.finish(named: name ?? fallback)
        } catch {
            await file.discard()
            throw error
        }
    }
}

extension WeComError {
    fileprivate init(fetching error: HTTPTransportError, limit: Int) {
        if case .bodyTooLarge = error { self = .tooLarge(limit: limit) } else { self = .transport(error) }
    }
}
