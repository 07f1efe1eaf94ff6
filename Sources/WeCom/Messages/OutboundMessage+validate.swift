extension OutboundMessage {
    /// Refuses what WeCom would refuse or cut, by its published limits; where those differ, by the narrower. How long a
    /// card's texts are advised to be is advice: they are cut on the screen, not in the message.
    package func validate() throws(MessageFault) { try validate(at: .message) }

    func validate(at path: FieldPath) throws(MessageFault) {
        try to.validate(at: path)
        try content.validate(at: path[content.type])
        if let safe, !content.allowedSafe.contains(safe) {
            throw path["safe"].fault(.unfit("may not be \(safe.rawValue) with msgtype \(content.type)"))
        }
        if case .miniProgramNotice = content, to == .everyone {
            throw path["touser"].fault(.unfit("may not be @all with msgtype \(content.type)"))
        }
    }
}

extension OutboundMessage.Content {
    fileprivate func validate(at path: FieldPath) throws(MessageFault) {
        switch self {
        case .text(let text), .markdown(let text):
            try path["content"].requireVisible(text, maxBytes: OutboundMessage.maxTextBytes)
        case .image(let media), .voice(let media), .file(let media): try path["media_id"].require(media.text)
        case .video(let video): try video.validate(at: path)
        case .textCard(let card): try card.validate(at: path)
        case .news(let articles): try path["articles"].check(each: articles, count: 1...8)
        case .mpNews(let news): try news.validate(at: path)
        case .miniProgramNotice(let notice): try notice.validate(at: path)
        case .templateCard(let card):
            try card.validate(at: path)
            try card.validateForSending(at: path)
        }
    }

    fileprivate var allowedSafe: [OutboundMessage.Safe] {
        switch self {
        case .text, .image, .video, .file: [.shareable, .confidential]
        case .mpNews: [.shareable, .confidential, .corpOnly]
        case .markdown, .voice, .textCard, .news, .miniProgramNotice, .templateCard: []
        }
    }
}
