package import Lifecycle
package import Router
import System
package import WeCom

/// The way out of an AI bot by webhook: the stream that WeCom asks for, and after that the one answer that each message's own
/// address takes.
package struct BotWebhookLane: Lane {
    private let store: any StreamStore
    private let outside: BotOutside
    private let response: SingleResponse
    private let mediaKey: MediaKey
    private let clock: any WorkClock

    package init(
        store: any StreamStore, outside: BotOutside, mediaKey: MediaKey, by clock: any WorkClock = .steady
    ) {
        self.store = store
        self.outside = outside
        response = SingleResponse(store: store, outside: outside)
        self.mediaKey = mediaKey
        self.clock = clock
    }

    package static let speech: Speech = {
        var speech = Speech(limit: BotReply.maxTextBytes)
        speech.markdown = .full
        speech.signs = .stream
        // One stream, and one answer besides.
        speech.partsAtOnce = 2
        speech.files = [.image: StreamPicture.maxSize]
        speech.pictures = .init(count: StoredStream.mostPictures, bytes: StoredStream.mostPictureBytes)
        speech.asksWithCards = true
        speech.answersEvents = true
        speech.answersCalls = true
        speech.cardsSpeak = true
        return speech
    }()

    package func send(_ delivery: Delivery) async -> SendOutcome {
        let now = clock.timestamp
        guard let way = delivery.part.address.way(at: now) else { return .noWayLeft(reason: "no way out is left") }
        switch way.kind {
        case .stream(let id):
            do {
                return try await show(delivery, in: id, at: now)
            } catch {
                return .retry(reason: "\(error)", isAmbiguous: false)
            }
        // No other way is for cards: the address that came with the message is kept for the answer, and the app is no place to
        // answer a question from.
        case _ where delivery.content?.card != nil:
            return BotWebhookLane.noCard
        case .responseURL(let url): return await response.post(delivery, to: url)
        case .app, .request, .push: return .wayGone(way.kind, reason: "it is no way of a bot by webhook")
        }
    }

    // MARK: The stream

    private func show(_ delivery: Delivery, in stream: String, at now: Timestamp) async throws -> SendOutcome {
        // Streams that were opened before are too old for WeCom to ask about.
        let opened = now.advanced(by: .zero - StoredStream.life)
        switch delivery.part.body {
        case .message(let content, _):
            if let card = content.card { return try await show(card, in: stream, openedAfter: opened) }
            guard let text = content.words else { return BotWebhookLane.unsayable }
            return try await show(text, of: delivery, in: stream, openedAfter: opened)
        case .file(let file, _): return try await show(file, in: stream, openedAfter: opened)
        case .recall, .cardUpdate: return BotWebhookLane.unsayable
        }
    }

    /// Leaves a card to WeCom's next question how far the stream has come.
    private func show(
        _ card: TemplateCard, in stream: String, openedAfter moment: Timestamp
    ) async throws -> SendOutcome {
        try await store.put(card, below: stream, openedAfter: moment)
            ? .sent(SendReceipt()) : BotWebhookLane.noCard
    }

    /// An answer ends the stream; what we say while a turn runs stands above it until then.
    private func show(
        _ text: String, of delivery: Delivery, in stream: String, openedAfter moment: Timestamp
    ) async throws -> SendOutcome {
        if delivery.ends, let card = delivery.part.card {
            _ = try await store.put(card, below: stream, openedAfter: moment)
        }
        let isShown =
            delivery.ends
            ? try await store.seal(
                stream, with: text, by: delivery.job == nil ? nil : delivery.id, openedAfter: moment)
            : try await store.say(text, in: stream)
        return isShown ? .sent(SendReceipt()) : .wayGone(.stream(stream), reason: "the stream has ended")
    }

    /// A picture stands below the last words: it goes before them.
    private func show(
        _ file: OutgoingFile, in stream: String, openedAfter moment: Timestamp
    ) async throws -> SendOutcome {
        guard file.kind == .image else {
            return .wayGone(.stream(stream), reason: "a stream shows no files but pictures")
        }
        let picture = KeptPicture(file.blob, size: file.size)
        return switch try await store.show(picture, in: stream, openedAfter: moment) {
        case .shown: .sent(SendReceipt())
        case .full: .wayGone(.stream(stream), reason: "the stream has as many pictures as it may have")
        case .over: .wayGone(.stream(stream), reason: "the stream has ended")
        }
    }

    private static let noCard = SendOutcome.failed(reason: "the stream has ended, or has shown its one card")
    private static let unsayable = SendOutcome.failed(
        reason: "an AI bot by webhook sends texts and pictures, and takes nothing back")

    // MARK: Files

    package func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        .not(.failed(reason: "an AI bot by webhook uploads no files"))
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

extension Delivery {
    /// The message that it is; nil of all else.
    fileprivate var content: OutboundMessage.Content? {
        if case .message(let content, _) = part.body { content } else { nil }
    }
}
