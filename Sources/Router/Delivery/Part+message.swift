package import WeCom

extension Part {
    /// To whom it goes, in WeCom's terms.
    package var recipients: Recipients {
        switch address {
        case .user(let user): .user(user)
        case .many(let recipients): recipients
        }
    }

    /// The message that is sent; nil of what is none, and of a file before WeCom has it as `media`.
    package func message(showing media: MediaID?) -> OutboundMessage? {
        switch body {
        case .message(let content, let marks): marks.message(content, to: recipients)
        case .file(let file, let marks): media.map { marks.message(file.content($0), to: recipients) }
        case .recall, .cardUpdate: nil
        }
    }

    /// What it says, for lists that people read.
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
