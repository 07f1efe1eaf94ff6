import Text
import WeCom

/// The meaning of an inbound message to us, whatever it is to WeCom.
enum Meaning: Equatable {
    /// Somebody said something that is to be answered.
    case message(text: String, media: [SentMedia])
    /// Somebody came in.
    case arrival
    /// Somebody pressed on a card that puts a question, on the option at that place.
    case click(QuestionID, place: Int, responseCode: String?)
    case nothing(Effect.Reason)

    init(of content: InboundMessage.Content, menu: [String: String]) {
        switch content {
        case .text(let text): self = .saying(text)
        case .image(let media, _): self = .message(text: "", media: [SentMedia(.image, media)])
        case .voice(let media, let format, let recognition):
            self = .message(
                text: recognition ?? "", media: [SentMedia(.voice, media, name: format.map { "voice.\($0)" })])
        case .video(let media, _): self = .message(text: "", media: [SentMedia(.video, media)])
        case .file(let media, let name): self = .message(text: "", media: [SentMedia(.file, media, name: name)])
        case .sealed(let media): self = .message(text: "", media: [SentMedia(media)])
        case .speech(let words): self = .saying(words)
        case .mixed(let pieces): self = Meaning(of: pieces)
        case .location(let location): self = .saying(location.words)
        case .link(let link): self = .saying(link.words)
        case .event(let event): self.init(of: event, menu: menu)
        case .unsupported: self = .nothing(.unknown)
        }
    }

    /// The texts of one message, a line each, and all that came with them.
    private init(of pieces: [InboundMessage.Content]) {
        var texts: [String] = []
        var media: [SentMedia] = []
        for piece in pieces {
            guard case .message(let text, let files) = Meaning(of: piece, menu: [:]) else { continue }
            if text.hasWords { texts.append(text) }
            media += files
        }
        let text = texts.joined(separator: "\n")
        self = media.isEmpty ? .saying(text) : .message(text: text, media: media)
    }

    private init(of event: InboundEvent, menu: [String: String]) {
        switch event {
        case .enterAgent, .subscribe, .bot(.enterChat): self = .arrival
        case .menu(let choice): self = choice.words(in: menu).map(Meaning.saying) ?? .nothing(.counted)
        case .templateCard(let click): self = Meaning(of: click) ?? .nothing(.counted)
        case .unknown: self = .nothing(.unknown)
        default: self = .nothing(.counted)
        }
    }

    /// Cards that somebody had us send by other ways are not ours to answer.
    private init?(of click: CardClick) {
        guard let question = click.taskID.flatMap({ QuestionID($0) }), !click.isMenu,
            let number = ChatCommands.number(click.key)
        else { return nil }
        self = .click(question, place: number - 1, responseCode: click.responseCode)
    }

    private static func saying(_ text: String) -> Meaning {
        text.hasWords ? .message(text: text, media: []) : .nothing(.empty)
    }
}

extension SentMedia {
    fileprivate init(_ media: SealedMedia) {
        let kind: Kind =
            switch media.kind {
            case .image: .image
            case .video: .video
            case .file: .file
            }
        self.init(kind, .sealed(url: media.url, key: media.key))
    }
}

extension MenuChoice {
    /// The words that the menu gives the person, with what they scanned or picked.
    fileprivate func words(in menu: [String: String]) -> String? {
        switch self {
        case .click(let key): words(for: key, in: menu)
        case .scanCode(_, let key, _, let result): key.flatMap { words(for: $0, in: menu) }.map { lines($0, result) }
        case .locationSelected(let location, let key, let poi):
            key.flatMap { words(for: $0, in: menu) }.map { lines($0, poi, location.words) }
        case .view, .viewMiniProgram, .pictures: nil
        }
    }

    /// WeCom's keys have 128 bytes at the most: what is longer is nobody's, and no comparison is spent on it.
    private func words(for key: String, in menu: [String: String]) -> String? {
        key.utf8.count <= 256 ? menu[key] : nil
    }
}

extension InboundMessage.Location {
    /// The place in words, with its position, which any map takes.
    fileprivate var words: String { lines("📍 \(label ?? "")", "\(coordinates.latitude),\(coordinates.longitude)") }
}

extension InboundMessage.Link {
    fileprivate var words: String { lines(title, url, description) }
}

private func lines(_ lines: String?...) -> String {
    lines.compactMap(\.self).filter(\.hasWords).joined(separator: "\n")
}
