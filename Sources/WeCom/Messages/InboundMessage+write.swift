import System
import XML

extension InboundMessage {
    /// The document WeCom would seal for this: what the simulator sends. Of content that we do not support it holds
    /// the type alone.
    package var xml: [UInt8] {
        var writer = XMLWriter()
        writer.element("xml") { xml in
            xml.element("ToUserName", text: corp.text)
            xml.element("FromUserName", text: sender.fromUserName)
            xml.element("CreateTime", number: createTime.seconds)
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
        case .text(let text):
            xml.element("MsgType", text: "text")
            xml.element("Content", text: text)
        case .event(let name, let key):
            xml.element("MsgType", text: "event")
            xml.element("Event", text: name)
            xml.element("EventKey", text: key ?? "")
        case .unsupported(let type, _):
            xml.element("MsgType", text: type)
        }
    }
}
