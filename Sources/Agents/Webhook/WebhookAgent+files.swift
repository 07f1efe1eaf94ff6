import Crypto
import HTTP
import Router
import Text

extension WebhookFile {
    /// The reason why a file is not there: for the log, and for the person who would have got it.
    struct Loss: Error {
        let reason: String
        var told = FileLoss.notFetched
    }

    /// The largest file that WeCom takes.
    static let largest = 20 << 20
}

extension WebhookAgent {
    /// Reads a file: as it came, or fetched.
    func bytes(of file: WebhookFile, atMost room: Int) async throws -> [UInt8] {
        let limit = min(room, WebhookFile.largest)
        switch file.source {
        case .base64(let text):
            guard text.utf8.count / 4 * 3 <= limit + 2 else { throw tooLarge(limit) }
            guard let bytes = Base64.decode(text) else {
                throw WebhookFile.Loss(reason: "it is no base64", told: .unreadable)
            }
            return bytes
        case .url(let url): return try await fetch(url, atMost: limit)
        }
    }

    private func fetch(_ url: String, atMost limit: Int) async throws -> [UInt8] {
        let isWeb = ["http://", "https://"].contains { url.begins(withAnyCaseOf: $0) }
        guard isWeb else { throw WebhookFile.Loss(reason: "its address is none of http or https") }
        var options = requestOptions(within: WebhookAgent.fetchTime)
        switch gate.verdict(on: url) {
        case .refused(let reason): throw WebhookFile.Loss(reason: reason)
        case .allowed(let mayConnect): options.mayConnect = mayConnect
        }
        options.maxBodySize = limit
        do {
            let response = try await transport.send(HTTPRequest(.get, url), options)
            // A redirect is not followed: it is the service's to name the address that has the file.
            guard response.status == .ok else { throw WebhookFile.Loss(reason: "\(response.status)") }
            return response.bytes
        } catch let error as HTTPTransportError {
            switch error {
            case .cancelled: throw CancellationError()
            case .bodyTooLarge: throw tooLarge(limit)
            case .notAllowed(let address): throw WebhookFile.Loss(reason: FetchGate.refusal(of: address))
            case .notSent, .unanswered: throw WebhookFile.Loss(reason: "it could not be fetched")
            }
        }
    }

    /// The gate of what may be fetched: the service may not look through us at what is within our own network, unless it is
    /// its own.
    private var gate: FetchGate {
        FetchGate(
            home: ServerName(of: options.url), allowed: options.allowPrivate, isThroughProxy: options.proxy != nil)
    }

    private static let fetchTime = Duration.seconds(60)

    private func tooLarge(_ limit: Int) -> WebhookFile.Loss {
        limit < WebhookFile.largest
            ? WebhookFile.Loss(reason: "the files are too large together", told: .tooLargeTogether)
            : WebhookFile.Loss(
                reason: "it is larger than \(limit >> 20) MB", told: .tooLarge(limit: WebhookFile.largest))
    }
}
