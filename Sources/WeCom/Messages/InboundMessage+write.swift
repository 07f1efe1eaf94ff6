import System
import XML

extension InboundMessage {
    /// The document WeCom would seal for this: what the simulator sends. Of content that we do not support it holds
    /// the type alone, and of an event that no person causes, the name.
    package var xml: [UInt8] {
        var writer = XMLWriter()
        writer.element("xml") { xml in
            if let corp { xml.element("ToUserName", text: corp.text) }
            xml.element("FromUserName", text: sender.fromUserName)
            xml.element("CreateTime", number: createTime.seconds)
            xml.element("MsgType", text: content.type)
            content.write(to: &xml)
            if let messageNumber {
                xml.element("MsgId", number: messageNumber)
            } else if let messageID {
                xml.element("MsgId", text: messageID)
            }
            if let agentID { xml.element("AgentID", number: agentID.number) }
        }
        return writer.bytes
    }
}

extension InboundMessage.Content {
    fileprivate func write(to xml: inout XMLWriter) {
        switch self {
        case .text(let text): xml.element("Content", text: text)
        case .image(let media, let pictureURL):
            xml.element("PicUrl", text: pictureURL ?? "")
            xml.element("MediaId", text: media.text)
        case .voice(let media, let format, let recognition):
            xml.element("MediaId", text: media.text)
            xml.element("Format", text: format ?? "")
            if let recognition { xml.element("Recognition", text: recognition) }
        case .video(let media, let thumbnail):
            xml.element("MediaId", text: media.text)
            xml.element("ThumbMediaId", text: thumbnail?.text ?? "")
        case .file(let media, let name):
            xml.element("MediaId", text: media.text)
            xml.element("FileName", text: name ?? "")
        case .location(let location):
            xml.location(location)
            xml.element("AppType", text: "wxwork")
        case .link(let link):
            xml.element("Title", text: link.title ?? "")
            xml.element("Description", text: link.description ?? "")
            xml.element("Url", text: link.url)
            xml.element("PicUrl", text: link.pictureURL ?? "")
        case .event(let event): event.write(to: &xml)
        // An app gets none of these.
        case .sealed, .speech, .mixed: break
        case .unsupported: break
        }
    }
}

extension XMLWriter {
    mutating func location(_ location: InboundMessage.Location) {
        element("Location_X", text: "\(location.coordinates.latitude)")
        element("Location_Y", text: "\(location.coordinates.longitude)")
        if let scale = location.scale { element("Scale", number: scale) }
        element("Label", text: location.label ?? "")
    }
}
