import System
import XML

extension InboundMessage {
    /// Reads a decrypted document.
    ///
    /// A document without `CreateTime` is refused: its age could not be judged, so a captured one could be sent again
    /// for ever. Text that is not UTF-8, and characters that XML forbids, become U+FFFD rather than lose a message.
    package init(xml document: [UInt8]) throws(InboundMessageError) {
        let root = try parsed(document)
        guard let corp = root.value("ToUserName") else { throw .missing("ToUserName") }
        guard let seconds = root.value("CreateTime").flatMap({ Int64($0) }), (0..<maxSeconds).contains(seconds) else {
            throw .missing("CreateTime")
        }
        self.init(
            corp: CorpID(corp),
            sender: Sender(fromUserName: root.value("FromUserName") ?? ""),
            createTime: Timestamp(seconds: seconds),
            agentID: root.value("AgentID").flatMap { AgentID($0) },
            messageID: root.value("MsgId"),
            content: Content(of: root)
        )
    }
}

/// The end of the year 9999: a later time is no time.
private let maxSeconds: Int64 = 253_402_300_800

extension InboundMessage.Content {
    fileprivate init(of root: XMLElement) {
        let type = root.value("MsgType") ?? ""
        switch type.lowercased() {
        case "text":
            if let content = root["Content"] { self = .text(content.text) } else { self = .unsupported(type, root) }
        case "event":
            if let name = root.value("Event") {
                self = .event(name: name, key: root.value("EventKey"))
            } else {
                self = .unsupported(type, root)
            }
        default: self = .unsupported(type, root)
        }
    }

    private static func unsupported(_ type: String, _ root: XMLElement) -> Self {
        let names = root.children.prefix(maxFields).map { String($0.name.prefix(maxNameLength)) }
        return .unsupported(type: String(type.prefix(maxNameLength)), fields: names)
    }
}

private let maxFields = 32
private let maxNameLength = 64

extension XMLElement {
    /// The text of the child `name` without space around it; nil when it is missing or empty.
    fileprivate func value(_ name: String) -> String? { self[name]?.text.trimmed.nonEmpty }
}

/// The document as it stands, or else with its text repaired: nearly all need no repair, so none is looked for first.
private func parsed(_ document: [UInt8]) throws(InboundMessageError) -> XMLElement {
    do {
        return try XMLElement(parsing: document)
    } catch .malformed {
        return try parsedAfterRepair(document)
    } catch {
        throw .unreadable(error)
    }
}

private func parsedAfterRepair(_ document: [UInt8]) throws(InboundMessageError) -> XMLElement {
    let trailing = document.reversed().prefix { $0 <= 0x20 }.count
    let text = XMLText.permitted(String(decoding: document.dropLast(trailing), as: UTF8.self))
    do { return try XMLElement(parsing: Array(text.utf8)) } catch { throw .unreadable(error) }
}
