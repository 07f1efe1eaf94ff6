import JSON

extension InboundMessage.Content {
    /// Reads a quote, or a piece of a mixed message.
    init(_ fields: BotFields) throws(InboundMessageError) {
        self = try InboundMessage.Content(type: try fields.requireID("msgtype"), fields)
    }

    /// Reads what stands under the name of the type.
    init(type: String, _ fields: BotFields) throws(InboundMessageError) {
        switch type {
        case "text": self = .text(try words(of: try fields.require("text")))
        case "voice": self = try recording(try fields.require("voice"))
        case "mixed": self = .mixed(try pieces(of: try fields.require("mixed")))
        case "appmsg": self = try shared(try fields.require("appmsg"))
        default:
            if let kind = SealedMedia.Kind(rawValue: type) {
                self = try media(kind, try fields.require(type))
            } else {
                self = .unsupported(type: type.shortened, fields: fields.names)
            }
        }
    }
}

/// More pieces than a person can put into one message.
private let mostPieces = 64

/// A text may be empty, and must be there.
private func words(of text: BotFields) throws(InboundMessageError) -> String {
    guard let value = try text.value("content") else { throw .missing(text.path(of: "content")) }
    guard let words = value.string else { throw .wrongKind(text.path(of: "content"), wanted: "a string") }
    return words
}

private func pieces(of mixed: BotFields) throws(InboundMessageError) -> [InboundMessage.Content] {
    var pieces: [InboundMessage.Content] = []
    for item in try mixed.objects("msg_item", atMost: mostPieces) {
        let piece = try InboundMessage.Content(item)
        if case .mixed = piece { throw .unclear(item.path(of: "msgtype")) }
        pieces.append(piece)
    }
    guard !pieces.isEmpty else { throw .missing(mixed.path(of: "msg_item")) }
    return pieces
}

/// A recording of which WeCom understood no words is one that nobody can have, and yet somebody spoke.
private func recording(_ voice: BotFields) throws(InboundMessageError) -> InboundMessage.Content {
    guard try voice.value("content") == nil else { return .speech(try words(of: voice)) }
    return .voice(media: MediaID(try voice.id("media_id") ?? ""), format: nil, recognition: nil)
}

/// One that has an id and no address cannot be fetched, and was sent all the same.
private func media(
    _ kind: SealedMedia.Kind, _ fields: BotFields
) throws(InboundMessageError) -> InboundMessage.Content {
    guard let url = try fields.id("url", atMost: BotFields.longestURL) else {
        guard let id = try fields.id("media_id").map({ MediaID($0) }) else {
            return .unsupported(type: kind.rawValue, fields: fields.names)
        }
        return switch kind {
        case .image: .image(media: id, pictureURL: nil)
        case .video: .video(media: id, thumbnail: nil)
        case .file: .file(media: id, name: nil)
        }
    }
    return .sealed(SealedMedia(kind, at: url, key: try fields.id("aeskey").map { Secret($0) }))
}

/// An article or a page of a mini program, under names of which WeCom documents none.
private func shared(_ fields: BotFields) throws(InboundMessageError) -> InboundMessage.Content {
    let title = try fields.text("title")
    let (digest, description) = (try fields.text("digest"), try fields.text("description"))
    let url = try fields.id("url", atMost: BotFields.longestURL)
    let contentURL = try fields.id("content_url", atMost: BotFields.longestURL)
    guard let url = url ?? contentURL else {
        let words = [title, digest ?? description].compactMap(\.self)
        guard !words.isEmpty else { return .unsupported(type: "appmsg", fields: fields.names) }
        return .text(words.joined(separator: "\n"))
    }
    return .link(InboundMessage.Link(url, title: title, description: digest ?? description))
}
