import JSON
import System
import WeCom

extension Sighting {
    /// A sighting for everybody who saw what an app did.
    static func of(_ happening: Happening, by party: String, at now: Timestamp) -> [Sighting] {
        let message = happening.message
        let (kind, text, seers): (Kind, String, [UserID]) =
            switch happening {
            case .delivered: (message.kind, message.title, message.recipients)
            case .recalled: (.recall, message.title, message.recipients)
            case .updated(let update): (.update, update.title, update.users)
            }
        return seers.filter { !message.unshown.contains($0) }.map { user in
            Sighting(
                at: now, party: party, peer: user.text, kind: kind, text: text, shown: happening.shown,
                content: .message(message))
        }
    }

    /// Something that a bot shows; `isLast` where it does not change any more.
    init(_ bubble: Bubble, isLast: Bool, by party: String, at now: Timestamp) {
        let peer: String? = if case .group(let chat) = bubble.chat { chat.text } else { bubble.user?.text }
        self.init(
            at: now, party: party, peer: peer, kind: isLast ? bubble.kind : .stream, text: bubble.title,
            shown: bubble.shown, content: .bubble(bubble))
    }

    /// Something that became of what a person did, or of a bot's connection.
    init(_ kind: Kind, of party: String, with peer: String?, _ text: String = "", at now: Timestamp) {
        self.init(at: now, party: party, peer: peer, kind: kind, text: text, shown: text, content: .event)
    }
}

extension SentMessage {
    fileprivate var kind: Sighting.Kind {
        switch content {
        case .text: .text
        case .markdown: .markdown
        case .media(let media, _, _): media.kind.sighted
        case .textCard: .textCard
        case .articles: .news
        case .miniProgram: .miniProgram
        case .card: .card
        }
    }

    fileprivate var title: String {
        switch content {
        case .text(let text), .markdown(let text): text
        case .media(let media, _, _): media.name
        case .textCard(let article), .miniProgram(let article): article.title
        case .articles(let articles): articles.first?.title ?? ""
        case .card(let card): card.title
        }
    }
}

extension Bubble {
    fileprivate var kind: Sighting.Kind {
        if fault != nil { return .fault }
        if notice != nil { return .notice }
        if let file { return FakeMedia.Kind(rawValue: file.kind.rawValue)?.sighted ?? .file }
        return card != nil && text.isEmpty ? .card : .text
    }

    fileprivate var title: String {
        if let words = fault ?? notice ?? file?.name { return words }
        return text.isEmpty ? card.map { FakeCard($0).title } ?? "" : text
    }
}

extension FakeMedia.Kind {
    fileprivate var sighted: Sighting.Kind {
        switch self {
        case .image: .image
        case .voice: .voice
        case .video: .video
        case .file: .file
        }
    }
}

extension CardUpdate {
    fileprivate var title: String {
        switch change {
        case .buttonsRenamed(let name): name
        case .replaced(let card): card.ending ?? card.title
        }
    }
}
