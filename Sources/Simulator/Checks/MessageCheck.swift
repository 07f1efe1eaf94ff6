import JSON
import WeCom

/// WeCom's own look at what an app wants to send. It reads the JSON as it came and shares nothing with the code that
/// writes it, so that the two keep each other honest.
struct MessageCheck {
    let message: JSONValue
    let app: FakeApp
    let cutsLongTexts: Bool
    /// The stored media of a kind, when the id is known and has not expired.
    let media: (_ id: String, _ kind: FakeMedia.Kind) -> FakeMedia?

    /// Makes what people get to see of a message that is in order.
    func content() throws(Refusal) -> SentMessage.Content {
        guard let type = message["msgtype"]?.string else { throw Refusal(40008, "invalid message type") }
        try checkSwitches(type)
        switch type {
        case "text": return .text(try text())
        case "markdown": return .markdown(try markdown())
        case "image", "voice", "file", "video": return try stored(type)
        case "textcard": return .textCard(try textCard())
        case "news": return .articles(try news())
        case "mpnews": return .articles(try mpNews())
        case "miniprogram_notice": return .miniProgram(try miniProgramNotice())
        case "template_card":
            let card = try part("template_card")
            try CardCheck(card: card, sender: app.cardSender, media: media).check()
            return .card(FakeCard(card))
        default: throw Refusal(40008, "invalid message type")
        }
    }

    /// The object that bears the name of the type.
    func part(_ type: String) throws(Refusal) -> JSONValue { try message.demandObject(type, or: 40058) }

    // MARK: Words

    private func text() throws(Refusal) -> String {
        let content = try part("text").demand("content", or: 44004)
        guard cutsLongTexts || content.utf8.count <= FakeWeCom.maxTextBytes else {
            throw Refusal(45002, "content size out of limit")
        }
        return content.cut(FakeWeCom.maxTextBytes)
    }

    private func markdown() throws(Refusal) -> String {
        try part("markdown").demand("content", or: 44004, atMost: FakeWeCom.maxTextBytes)
    }

    // MARK: Media

    private func stored(_ type: String) throws(Refusal) -> SentMessage.Content {
        let part = try part(type)
        guard let kind = FakeMedia.Kind(rawValue: type) else { throw Refusal(40008, "invalid message type") }
        let found = try demandMedia("media_id", of: part, kind)
        if kind == .file, message["safe"]?.integer == 1, !FakeWeCom.guardedFiles.contains(found.nameExtension) {
            throw Refusal(40035, "a file of this type cannot be confidential")
        }
        let title = try part.optional("title")?.cut(128)
        let description = try part.optional("description")?.cut(512)
        return .media(found, title: kind == .video ? title : nil, description: kind == .video ? description : nil)
    }

    func demandMedia(_ name: String, of part: JSONValue, _ kind: FakeMedia.Kind) throws(Refusal) -> FakeMedia {
        let id = try part.demand(name, or: 41006)
        guard let media = media(id, kind) else { throw Refusal(40007, "invalid media_id") }
        return media
    }

    // MARK: Switches

    /// Checks what every message may say besides: 0 or 1, and `safe` where it is known.
    private func checkSwitches(_ type: String) throws(Refusal) {
        _ = try message.choice("enable_id_trans", 0...1, otherwise: 0)
        _ = try message.choice("enable_duplicate_check", 0...1, otherwise: 0)
        guard try message.choice("safe", 0...2, otherwise: 0, or: 40035) != 0 else { return }
        switch type {
        case "mpnews": break
        case "text", "image", "video", "file": _ = try message.choice("safe", 0...1, otherwise: 0, or: 40035)
        case "news": throw Refusal(40074, "news cannot be confidential")
        default: throw Refusal(40035, "\(type) knows no safe")
        }
    }
}

extension FakeWeCom {
    /// A text is cut at this many bytes; a markdown message that is longer is refused.
    static let maxTextBytes = 2048
    /// The types that may be sent with `safe`.
    static let guardedFiles: Set<String> = [
        "txt", "pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "xml", "jpg", "jpeg", "png", "bmp", "gif",
    ]
}

extension String {
    /// Cuts as WeCom does: after so many bytes, whatever they are part of.
    func cut(_ bytes: Int) -> String {
        utf8.count <= bytes ? self : String(decoding: Array(utf8.prefix(bytes)), as: UTF8.self)
    }
}
