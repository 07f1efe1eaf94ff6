package import Lifecycle
package import Router
import System
package import WeCom

/// The way out of an AI bot over its long connection: the stream of the message that is answered, and messages of the bot's own
/// accord.
package final class BotSocketLane: Lane {
    let connection: BotConnection
    let store: any StreamStore
    private let outside: BotOutside
    private let response: SingleResponse
    let sealed = Lock(SealedStreams())
    /// The router stops: bubbles that grow say so, as long as the connection is there.
    package let isLeaving = Signpost()
    private let newest = Lock(NewestRequests())

    package init(_ connection: BotConnection, store: any StreamStore, outside: BotOutside) {
        self.connection = connection
        self.store = store
        self.outside = outside
        response = SingleResponse(store: store, outside: outside)
    }

    package static let speech: Speech = {
        var speech = Speech(limit: BotReply.maxTextBytes)
        speech.markdown = .full
        speech.signs = .stream
        speech.files = UploadKind.allCases.reduce(into: [:]) { $0[$1] = $1.maxSize }
        speech.asksWithCards = true
        speech.answersEvents = true
        speech.answersCalls = true
        speech.cardsSpeak = true
        return speech
    }()

    /// The id of the stream that answers the frame of that id, from its opening on.
    package static func stream(of request: BotRequestID) -> String { "s_\(request.text)" }

    package func send(_ delivery: Delivery) async -> SendOutcome {
        guard let way = delivery.part.address.way(at: connection.clock.timestamp) else {
            return .noWayLeft(reason: "no way out is left")
        }
        switch way.kind {
        case .request(let id): return await showingCard(of: delivery, behind: await answer(delivery, under: id))
        case .push: return await showingCard(of: delivery, behind: await push(delivery))
        case .responseURL(let url): return await response.post(delivery, to: url)
        case .app, .stream:
            return .wayGone(way.kind, reason: "it is no way of a bot with a long connection")
        }
    }

    // MARK: The ways

    private func answer(_ delivery: Delivery, under id: String) async -> SendOutcome {
        let (request, way) = (BotRequestID(id), Way.Kind.request(id))
        guard let reply = delivery.reply else { return delivery.unsayable }
        if sealed.withLock({ $0.isGivenUp(id) }) {
            // It may take no more since an earlier try was its end: that one it takes once more, and shows nothing new.
            if case .markdown(let text, _) = reply, delivery.ends, delivery.attempt > 1 {
                let frame = StreamFrame.closing(Self.stream(of: request), text, feedback: delivery.feedback)
                return verdict(on: await connection.send(.respond(.stream(frame)), answering: request), by: way)
            }
            return .wayGone(way, reason: "WeCom takes nothing more of its stream")
        }
        if case .markdown(let text, _) = reply, delivery.ends,
            sealed.withLock({ $0.seal(id, by: .delivery(delivery.id)) })
        {
            let frame = StreamFrame.closing(Self.stream(of: request), text, feedback: delivery.feedback)
            let outcome = await connection.send(.respond(.stream(frame)), answering: request)
            if note(outcome, ofTheEndUnder: request) { return .retry(reason: outcome.words, isAmbiguous: true) }
            return verdict(on: outcome, by: way)
        }
        return verdict(on: await connection.send(.respond(reply), answering: request), by: way)
    }

    private func push(_ delivery: Delivery) async -> SendOutcome {
        guard let reply = delivery.reply else { return delivery.unsayable }
        let peer: BotPeer
        switch delivery.part.address.target {
        case .user(let user): peer = .user(user)
        case .chat(let chat): peer = .group(chat)
        case .many: return .failed(reason: "an AI bot writes to one chat at a time")
        }
        let outcome = await connection.send(.send(reply, to: peer))
        // What may not begin a talk in a group may still answer there.
        guard case .wayGone(.groupsTakeAnswersAlone, _) = outcome, let request = newest.withLock({ $0[peer] }) else {
            return verdict(on: outcome, by: .push)
        }
        return verdict(on: await connection.send(.respond(reply), answering: request), by: .push)
    }

    /// Judges what became of a command that went by that way. Where the bot has not been connected for a while, what did not go
    /// out looks for another way.
    private func verdict(on outcome: BotConnection.Machine.Outcome, by way: Way.Kind) -> SendOutcome {
        let isAway = connection.status.isAway(for: connection.limits.holding, at: connection.clock.timestamp)
        guard case .unsent(let reason) = outcome, isAway, !Task.isCancelled else {
            return SendOutcome(outcome, by: way)
        }
        return .wayClosed(way, reason: reason)
    }

    /// Remembers that a message came under that id, and can be answered.
    func note(_ request: BotRequestID, of message: InboundMessage) {
        guard let user = message.from else { return }
        let peer: BotPeer = if case .group(let chat) = message.chat { .group(chat) } else { .user(user) }
        newest.withLock { $0.note(request, of: peer) }
    }

    /// Sends the card that goes below a text, once that has gone. Nothing hangs on it: the text says what happened.
    private func showingCard(of delivery: Delivery, behind outcome: SendOutcome) async -> SendOutcome {
        guard case .sent = outcome, let card = delivery.part.card, case .user(let user) = delivery.part.address.target
        else { return outcome }
        await say(.send(.card(card), to: .user(user)), in: delivery.conversation)
        return outcome
    }

    // MARK: Files

    package func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        let (bytes, name): ([UInt8], SafeFileName)
        do {
            let opened = try await UploadFile(opening: path, named: file.name)
            name = opened.name
            bytes = try await BlockingThreads.disk.run { () throws(FileError) in
                try opened.bytes(atMost: file.kind.maxSize)
            }
        } catch {
            return .not(.failed(reason: "\(error)"))
        }
        let outcome = await upload(bytes, as: file.kind, named: name, for: delivery)
        guard case .not(.failed) = outcome, file.kind == .image, bytes.count > BotUpload.surePictureSize else {
            return outcome
        }
        return await upload(bytes, as: .file, named: name, for: delivery)
    }

    private func upload(
        _ bytes: [UInt8], as kind: UploadKind, named name: SafeFileName, for delivery: Delivery
    ) async -> UploadOutcome {
        let upload: BotUpload
        do throws(UploadFault) {
            upload = try BotUpload(kind, named: name, of: bytes)
        } catch {
            return .not(.failed(reason: "\(error)"))
        }
        switch await connection.upload(bytes, as: upload) {
        case .taken(let media): return .taken(UploadedMedia(media, as: kind))
        // A file may be given to WeCom twice: nobody sees it before it is sent.
        case .not(.unanswered(let reason)), .not(.brokenOff(let reason)):
            return .not(.retry(reason: reason, isAmbiguous: false))
        case .not(.done): return .not(.failed(reason: "WeCom took the file and named no id for it"))
        case .not(let outcome):
            let way = delivery.part.address.way(at: connection.clock.timestamp)
            return .not(verdict(on: outcome, by: way?.kind ?? .push))
        }
    }

    package func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Attachment {
        guard case .sealed(let url, let key) = media.source, let key else {
            throw MediaFailure("it came without the key that opens it", mayPass: false)
        }
        let file = try await outside.fetch(
            url, sealedWith: try MediaKey(key), into: folder, limit: limit, named: media.name ?? media.kind.rawValue)
        return Attachment(
            media.kind, path: file.path, name: file.name.text, contentType: file.type.contentType, size: file.size)
    }
}

extension Delivery {
    /// This as a bot says it; nil for what a bot cannot say.
    fileprivate var reply: BotReply? {
        switch part.body {
        case .message(let content, _):
            content.card.map { .card($0) } ?? content.words.map { .markdown($0, feedback: feedback) }
        case .file(let file, _): media.map { .media($0.id, as: $0.kind ?? file.kind, title: file.name) }
        case .recall, .cardUpdate: nil
        }
    }

    fileprivate var unsayable: SendOutcome {
        if case .file = part.body { return .mediaGone(reason: "WeCom has not been given the file") }
        return .failed(reason: "an AI bot sends texts, cards and files, and takes nothing back")
    }
}
