import WeCom

/// Parses a document of this type and with these elements.
func content(_ type: String, _ elements: String) throws -> InboundMessage.Content {
    try InboundMessage(xml: document(type, elements)).content
}

/// The event that a document with these elements tells of; nil when it is none.
func event(_ elements: String) throws -> InboundEvent? {
    guard case .event(let event) = try content("event", elements) else { return nil }
    return event
}

func document(_ type: String, _ elements: String) -> [UInt8] {
    Array(
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName>zhangsan</FromUserName><CreateTime>1</CreateTime>"
            .utf8) + Array("<MsgType><![CDATA[\(type)]]></MsgType>\(elements)<MsgId>1</MsgId></xml>".utf8)
}

/// The names of the elements that stand around those of a document.
let frameFields = (before: ["ToUserName", "FromUserName", "CreateTime", "MsgType"], after: ["MsgId"])

/// An event that was not understood, whose elements, apart from those that all documents have, go by these names.
func unknown(_ name: String, _ fields: [String]) -> InboundEvent {
    .unknown(name: name, fields: frameFields.before + fields + frameFields.after)
}

func unsupported(_ type: String, _ fields: [String]) -> InboundMessage.Content {
    .unsupported(type: type, fields: frameFields.before + fields + frameFields.after)
}
