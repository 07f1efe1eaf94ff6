import JSON
import Simulator
import System
import WeCom

// What people say at a terminal, or in a test: it stands in the chats as what is said on the pages does.

extension Playground {
    /// Puts the words of a callback into its chat, unless they stand there already.
    func noteSpokenElsewhere(_ entry: WireEntry) {
        guard isNew(entry), let message = entry.spoken, let user = message.from,
            let (chat, receiver) = receiver(of: entry, from: user)
        else { return }
        let said = Said(
            words: words(of: message.content, to: receiver), posts: [Said.Post(message: message, receiver: receiver)])
        let place = book.withLock { book -> ChatBook.EntryPlace? in
            guard book.places(linkedBy: entry.links).isEmpty else { return nil }
            return book.add(
                .said(said), by: .person(user), to: chat, at: entry.at, links: entry.links, arrival: .underway)
        }
        if let place { tell([place]) }
    }

    private func isNew(_ entry: WireEntry) -> Bool {
        !entry.links.isEmpty && entry.polls == 0 && book.withLock { $0.places(linkedBy: entry.links).isEmpty }
    }

    private func receiver(of entry: WireEntry, from user: UserID) -> (ChatKey, Said.Post.Receiver)? {
        switch entry.subject {
        case .app(let app): roster.app(app).map { (.app(app, user), .app($0.app)) }
        case .bot(let id):
            roster.bot(id).map { bot in (entry.group.map { .group($0) } ?? .bot(id, user), .bot(bot)) }
        case nil: nil
        }
    }

    private func words(of content: InboundMessage.Content, to receiver: Said.Post.Receiver) -> Said.Words {
        let words: Said.Words? =
            switch content {
            case .text(let text): .text(text)
            case .location(let place): .place(place)
            case .image(let media, _), .video(let media, _), .file(let media, _):
                held(media, receiver).map { .file($0) }
            case .voice(let media, _, let recognition): held(media, receiver).map { voice($0, recognition) }
            case .speech(let recognition):
                voice(wecom.hold(.silence(seconds: 1), .voice, named: "voice.amr", of: corp), recognition)
            case .sealed(let sealed): opened(sealed, receiver).map { .file($0) }
            default: nil
            }
        return words ?? .other(content.type)
    }

    private func voice(_ media: FakeMedia, _ recognition: String?) -> Said.Words {
        let length = wecom.bytes(of: media).flatMap { voiceLength(ofAMR: $0) } ?? .zero
        return .voice(media, seconds: max(1, Int(length.components.seconds)), recognition: recognition)
    }

    private func held(_ media: MediaID, _ receiver: Said.Post.Receiver) -> FakeMedia? {
        guard case .app(let app) = receiver else { return nil }
        return wecom.media(media, of: app.corpID)
    }

    /// The file that was sealed for a bot, put where the pages find those of people.
    private func opened(_ sealed: SealedMedia, _ receiver: Said.Post.Receiver) -> FakeMedia? {
        guard case .bot(let bot) = receiver, let kind = FakeMedia.Kind(rawValue: sealed.kind.rawValue),
            let file = wecom.open(sealed, for: bot.webhook)
        else { return nil }
        return wecom.hold(file.bytes, kind, named: file.name, of: corp)
    }

    /// The corp that holds the files of those whose corp nobody tells.
    private var corp: CorpID { roster.corps.first?.id ?? CorpID("") }
}

extension WireEntry {
    /// The message of a person in a callback; nil for what nobody said.
    fileprivate var spoken: InboundMessage? {
        switch subject {
        case .app:
            guard let message = try? InboundMessage(xml: request.opened ?? []), message.messageID != nil else {
                return nil
            }
            return message
        case .bot:
            guard let json = try? JSONValue(parsing: request.opened ?? request.body),
                case .message(let message) = try? BotDocument(json: json["body"] ?? json, receivedAt: at)
            else { return nil }
            if case .event = message.content { return nil }
            return message
        case nil: return nil
        }
    }
}
