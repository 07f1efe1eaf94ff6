package import Router
import System
package import WeCom

/// The way out of an AI bot by webhook: the stream that WeCom asks for, and after that the one answer that each message's own
/// address takes.
package struct BotWebhookLane: Lane {
    private let store: any StreamStore
    private let outside: BotOutside
    private let mediaKey: MediaKey
    private let fallback: AppFallback?

    package init(
        store: any StreamStore, outside: BotOutside, mediaKey: MediaKey, fallback: AppFallback? = nil
    ) {
        self.fallback = fallback
        self.store = store
        self.outside = outside
        self.mediaKey = mediaKey
    }

    package static let speech: Speech = {
        var speech = Speech(limit: BotReply.maxTextBytes)
        speech.markdown = .full
        speech.signs = .stream
        // One stream, and one answer besides.
        speech.maxParts = 2
        return speech
    }()

    package func send(_ delivery: Delivery) async -> SendOutcome {
        guard case .message(let content, _) = delivery.part.body, let text = content.words else {
            return .failed(reason: "an AI bot by webhook sends nothing but text")
        }
        let now = Timestamp.steady
        guard let way = delivery.part.address.way(at: now) else { return .failed(reason: "no way out is left") }
        do {
            switch way.kind {
            case .stream(let id): return try await show(text, of: delivery, in: id, at: now)
            case .responseURL(let url): return try await post(text, of: delivery, to: Secret(url))
            case .app:
                return await fallback?.send(text, for: delivery)
                    ?? .wayGone(.app, reason: "the bot has no fallback_app any more")
            case .request, .push: return .wayGone(way.kind, reason: "it is no way of a bot by webhook")
            }
        } catch {
            return .retry(reason: "\(error)", isAmbiguous: false)
        }
    }

    // MARK: The stream

    /// An answer ends the stream; what we say while a turn runs stands above it until then.
    private func show(
        _ text: String, of delivery: Delivery, in stream: String, at now: Timestamp
    ) async throws -> SendOutcome {
        let isShown =
            delivery.ends
            ? try await store.seal(stream, with: text, openedAfter: now.advanced(by: .zero - StoredStream.life))
            : try await store.say(text, in: stream)
        return isShown ? .sent(SendReceipt()) : .wayGone(.stream(stream), reason: "the stream has ended")
    }

    // MARK: The answer besides

    /// It is marked as used up before it is used: after a crash in between it is not used again.
    private func post(_ text: String, of delivery: Delivery, to url: Secret) async throws -> SendOutcome {
        let way = Way.Kind.responseURL(url.reveal())
        guard delivery.ends else {
            return .wayGone(way, reason: "the stream has ended, and the one answer besides is kept for the reply")
        }
        guard let stream = delivery.part.address.stream, try await store.useResponse(of: stream) else {
            return .wayGone(way, reason: "the response_url is used up")
        }
        switch await outside.post(.markdown(text), to: url) {
        case .sent: return .sent(SendReceipt())
        case .unsent(let reason):
            try await store.giveBackResponse(of: stream)
            return .retry(reason: reason, isAmbiguous: false)
        case .refused(let reason): return .wayGone(way, reason: reason)
        case .unclear(let reason):
            return .failed(reason: "it may have been shown, and is not sent again: \(reason)")
        }
    }

    // MARK: Files

    package func upload(_ file: OutgoingFile, at path: String) async -> UploadOutcome {
        .not(.failed(reason: "an AI bot by webhook sends no files"))
    }

    package func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Attachment {
        guard case .sealed(let url, let key) = media.source else {
            throw MediaFailure("a bot is sent no media ids", mayPass: false)
        }
        let file = try await outside.fetch(
            url, sealedWith: try key.map { try MediaKey($0) } ?? mediaKey, into: folder, limit: limit,
            named: media.name ?? media.kind.rawValue)
        return Attachment(
            media.kind, path: file.path, name: file.name.text, contentType: file.type.contentType, size: file.size)
    }
}
