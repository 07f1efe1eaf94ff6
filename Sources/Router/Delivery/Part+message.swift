package import WeCom

extension Part {
    /// To whom an app sends it; nil for a group chat, which none can write to.
    package var recipients: Recipients? {
        switch address.target {
        case .user(let user): .user(user)
        case .chat: nil
        case .many(let recipients): recipients
        }
    }

    /// The message that an app sends to them; nil of what is none, and of a file before WeCom has it as `media`.
    package func message(to recipients: Recipients, showing media: MediaID?) -> OutboundMessage? {
        switch body {
        case .message(let content, let marks): marks.message(content, to: recipients)
        case .file(let file, let marks): media.map { marks.message(file.content($0), to: recipients) }
        case .recall, .cardUpdate: nil
        }
    }

    /// The text of it, for lists that people read.
    package var excerpt: String {
        switch body {
        case .message(let content, _): content.words ?? "[\(content.type)]"
        case .file(let file, _): "[\(file.kind.rawValue)] \(file.name)"
        case .recall(let delivery): "[recall] \(delivery)"
        case .cardUpdate: "[card update]"
        }
    }
}

extension OutgoingFile {
    fileprivate func content(_ media: MediaID) -> OutboundMessage.Content {
        switch kind {
        case .image: .image(media)
        case .voice: .voice(media)
        case .video: .video(media, title: name)
        case .file: .file(media)
        }
    }
}
