import Lifecycle
package import Router
import System
package import WeCom

/// The way out of an AI bot over its long connection: the stream of the message that is answered, and messages of the bot's own
/// accord.
package final class BotSocketLane: Lane {
    private let connection: BotConnection
    private let store: any StreamStore
    private let outside: BotOutside
    private let response: SingleResponse
    private let sealed = Lock(SealedStreams())
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
        // A larger picture may be refused as one, and goes as a file.
        speech.files[.image] = BotUpload.surePictureSize
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
        let request = BotRequestID(id)
        guard let reply = delivery.reply else { return delivery.unsayable }
        let outcome: BotConnection.Machine.Outcome
        if case .markdown(let text, _) = reply, delivery.ends, sealed.withLock({ $0.seal(id, by: delivery.id) }) {
            let frame = StreamFrame.closing(Self.stream(of: request), text, feedback: delivery.feedback)
            outcome = await connection.send(.respond(.stream(frame)), answering: request)
        } else {
            outcome = await connection.send(.respond(reply), answering: request)
        }
        return SendOutcome(outcome, by: .request(id))
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
            return SendOutcome(outcome, by: .push)
        }
        return SendOutcome(await connection.send(.respond(reply), answering: request), by: .push)
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

    // MARK: What shows while it is written

    /// Shows the text of an answer so far. What comes behind its end is passed over. The first frame has the id by which people
    /// rate the answer. False if it was not shown.
    func show(_ text: String, under request: BotRequestID, asking feedback: FeedbackID? = nil) async -> Bool {
        let frame = StreamFrame.running(Self.stream(of: request), text).asking(feedback)
        let outcome = await connection.send(.respond(.stream(frame)), answering: request)
        if case .done = outcome { return true }
        return false
    }

    // MARK: What no delivery says

    /// Ends a stream that no answer ends: that comes another way, or not at all. Does nothing once an answer has ended it.
    func end(_ text: String, under request: BotRequestID, in conversation: ConversationKey) async {
        guard sealed.withLock({ $0.seal(request.text, by: DeliveryID(0)) }) else { return }
        let frame = StreamFrame.closing(Self.stream(of: request), text)
        await say(.respond(.stream(frame)), under: request, in: conversation)
    }

    /// Greets a person who came in.
    func greet(_ greeting: BotReply, under request: BotRequestID, in conversation: ConversationKey) async {
        await say(.welcome(greeting), under: request, in: conversation)
    }

    /// Says what is a message to WeCom and none of ours: it counts towards what the chat may be sent as a delivery does.
    private func say(
        _ command: BotCommand, under request: BotRequestID? = nil, in conversation: ConversationKey
    ) async {
        let outcome = await connection.send(command, answering: request)
        // A store that takes no count takes no delivery either.
        if outcome.mayBeSeen { try? await store.countShown(in: conversation, at: connection.clock.timestamp) }
    }

    /// Changes a card that a person has pressed on.
    func change(_ update: BotCardUpdate, under request: BotRequestID) async {
        _ = await connection.send(.updateCard(update), answering: request)
    }

    // MARK: Files

    package func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        let (bytes, upload): ([UInt8], BotUpload)
        do {
            let opened = try await UploadFile(opening: path, named: file.name)
            bytes = try await BlockingThreads.disk.run { () throws(FileError) in
                try opened.bytes(atMost: file.kind.maxSize)
            }
            upload = try BotUpload(file.kind, named: opened.name, of: bytes)
        } catch {
            return .not(.failed(reason: "\(error)"))
        }
        switch await connection.upload(bytes, as: upload) {
        case .taken(let media): return .taken(media)
        // A file may be given to WeCom twice: nobody sees it before it is sent.
        case .not(.unanswered(let reason)): return .not(.retry(reason: reason, isAmbiguous: false))
        case .not(.done): return .not(.failed(reason: "WeCom took the file and named no id for it"))
        case .not(let outcome): return .not(SendOutcome(outcome, by: .push))
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
        case .file(let file, _): media.map { .media($0, as: file.kind, title: file.name) }
        case .recall, .cardUpdate: nil
        }
    }

    fileprivate var unsayable: SendOutcome {
        if case .file = part.body { return .mediaGone(reason: "WeCom has not been given the file") }
        return .failed(reason: "an AI bot sends texts, cards and files, and takes nothing back")
    }
}

extension BotConnection.Machine.Outcome {
    /// False where nobody has seen what was sent.
    fileprivate var mayBeSeen: Bool {
        switch self {
        case .done, .unanswered, .refused(nil, _): true
        case .refused, .wayGone, .skipped, .unsent: false
        }
    }
}

extension SendOutcome {
    /// Judges what became of a command that went by that way.
    fileprivate init(_ outcome: BotConnection.Machine.Outcome, by way: Way.Kind) {
        switch outcome {
        case .done: self = .sent(SendReceipt())
        case .wayGone(let code, let message):
            self = .wayGone(way, reason: WeComError.refused(code, message: message).description)
        // It is this chat that has had too much, and no other has to wait for it.
        case .refused(.tooOften, let message):
            self = .retry(reason: WeComError.refused(.tooOften, message: message).description, isAmbiguous: false)
        case .refused(let code?, let message):
            let error = WeComError.refused(code, message: message)
            self = error.saysMediaIsGone ? .mediaGone(reason: error.description) : SendOutcome(error)
        case .refused(nil, let message):
            self = .retry(reason: "WeCom answered without saying how it went: \(message)", isAmbiguous: true)
        case .skipped: self = .retry(reason: "another frame is under way", isAmbiguous: false)
        case .unsent where Task.isCancelled, .unanswered where Task.isCancelled: self = .interrupted
        case .unsent(let reason): self = .retry(reason: reason, isAmbiguous: false)
        case .unanswered(let reason): self = .retry(reason: reason, isAmbiguous: true)
        }
    }
}
