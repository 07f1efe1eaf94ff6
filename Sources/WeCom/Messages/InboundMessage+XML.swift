import System
import Text
import XML

extension InboundMessage {
    /// Reads a decrypted document of an app.
    ///
    /// A document without `CreateTime` is refused: its age could not be judged, so a captured one could be sent again
    /// for ever. Text that is not UTF-8, and characters that XML forbids, become U+FFFD rather than lose a message.
    package init(xml document: [UInt8]) throws(InboundMessageError) {
        let root = try parsed(document)
        guard let corp = try root.only("ToUserName") else { throw .missing("ToUserName") }
        guard try root.only("CreateTime") != nil, let createTime = root.time("CreateTime") else {
            throw .missing("CreateTime")
        }
        self.init(
            corp: CorpID(corp),
            sender: Sender(fromUserName: try root.only("FromUserName") ?? ""),
            createTime: createTime,
            agentID: try root.agentID,
            messageID: try root.only("MsgId"),
            content: Content(of: root)
        )
    }
}

extension XMLElement {
    /// The text of what may stand here once; nil when it is missing or empty. The same twice is the same.
    fileprivate func only(_ name: String) throws(InboundMessageError) -> String? {
        let all = all(name)
        guard let first = all.first?.text.trimmed else { return nil }
        for other in all.dropFirst() where other.text.trimmed != first { throw .unclear(name) }
        return first.nonEmpty
    }

    /// The app that is named. An empty element names none, as a missing one does: WeCom sends both with what concerns a
    /// whole corp.
    fileprivate var agentID: AgentID? {
        get throws(InboundMessageError) {
            guard all("AgentID").allSatisfy(\.children.isEmpty) else { throw .unclear("AgentID") }
            guard let text = try only("AgentID") else { return nil }
            guard let number = AgentID(text) else { throw .unclear("AgentID") }
            return number
        }
    }
}

extension InboundMessage.Content {
    fileprivate init(of root: XMLElement) {
        let type = root.value("MsgType") ?? ""
        self =
            root.word("MsgType").flatMap { Self(type: $0, root) }
            ?? .unsupported(type: type.shortened, fields: root.fieldNames)
    }

    /// Nil when it is of no type that we know, or lacks what makes it one.
    private init?(type: String, _ root: XMLElement) {
        switch type {
        case "text":
            guard let content = root["Content"] else { return nil }
            self = .text(content.text)
        case "event":
            guard let event = InboundEvent(of: root) else { return nil }
            self = .event(event)
        case "location":
            guard let location = root.location else { return nil }
            self = .location(location)
        case "link":
            guard let link = InboundMessage.Link(of: root) else { return nil }
            self = .link(link)
        default:
            guard let media = root.media("MediaId") else { return nil }
            self.init(type: type, media, root)
        }
    }

    private init?(type: String, _ media: MediaID, _ root: XMLElement) {
        switch type {
        case "image": self = .image(media: media, pictureURL: root.value("PicUrl"))
        case "voice":
            self = .voice(media: media, format: root.value("Format"), recognition: root.value("Recognition"))
        case "video": self = .video(media: media, thumbnail: root.media("ThumbMediaId"))
        case "file": self = .file(media: media, name: root.value("FileName"))
        default: return nil
        }
    }
}

extension InboundMessage.Link {
    fileprivate init?(of root: XMLElement) {
        guard let url = root.value("Url") else { return nil }
        self.init(
            url, title: root.value("Title"), description: root.value("Description"), pictureURL: root.value("PicUrl"))
    }
}

/// The document as it stands, or else with its text repaired: nearly all need no repair, so none is looked for first.
private func parsed(_ document: [UInt8]) throws(InboundMessageError) -> XMLElement {
    do {
        return try XMLElement(parsing: document)
    } catch {
        guard case .malformed = error, let repaired = repaired(document), repaired != document else {
            throw .unreadable(error)
        }
        do { return try XMLElement(parsing: repaired) } catch { throw .unreadable(error) }
    }
}

private func repaired(_ document: [UInt8]) -> [UInt8]? {
    let end = document.lastIndex { $0 > 0x20 } ?? -1
    return XMLText.repaired(Array(document[...end]))
}
