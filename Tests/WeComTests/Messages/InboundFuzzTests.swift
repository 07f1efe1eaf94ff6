import SeededTesting
import Testing
import WeCom

@Suite struct InboundFuzzTests {
    @Test("a document that was tampered with in any way is read or refused, and what was read keeps its bounds")
    func mutations() throws {
        var random = SeededNumbers()
        let seed = random.seed
        var counts = (read: 0, events: 0, refused: 0)
        for _ in 0..<5000 {
            let document = mutated(&random)
            guard let message = try? InboundMessage(xml: document) else {
                counts.refused += 1
                continue
            }
            counts.read += 1
            if case .event = message.content { counts.events += 1 }
            #expect(keepsBounds(message.content), "seed \(seed): \(String(decoding: document, as: UTF8.self))")
            #expect(survivesWriting(message), "seed \(seed): \(String(decoding: document, as: UTF8.self))")
        }
        #expect(counts.read > 500 && counts.events > 250 && counts.refused > 50, "seed \(seed): \(counts)")
    }

    /// True if the message is the same once it was written and read. Events and what is not supported are not written
    /// whole.
    private func survivesWriting(_ message: InboundMessage) -> Bool {
        guard let again = try? InboundMessage(xml: message.xml) else { return false }
        switch message.content {
        case .event, .unsupported: return again.content.type.lowercased() == message.content.type.lowercased()
        default: return again == message
        }
    }

    private func keepsBounds(_ content: InboundMessage.Content) -> Bool {
        switch content {
        case .event(let event):
            if case .unknown(let name, let fields) = event {
                return name.unicodeScalars.count <= 129 && fields.count <= 32
            }
            return InboundEvent.names.contains(event.name)
        case .image(let media, _), .voice(let media, _, _), .video(let media, _), .file(let media, _):
            return !media.text.isEmpty && media.text.utf8.count <= 512
        case .location(let location): return abs(location.coordinates.latitude) <= 90
        case .unsupported(let type, let fields): return type.unicodeScalars.count <= 64 && fields.count <= 32
        case .sealed, .speech, .mixed: return false
        case .text, .link: return true
        }
    }
}

/// A document put together at random from what WeCom's hold, and damaged perhaps.
private func mutated(_ random: inout SeededNumbers) -> [UInt8] {
    var elements: [String] = []
    for _ in 0..<Int.random(in: 0...12, using: &random) { elements.append(element(depth: 0, &random)) }
    let type = random.pick(["event", "event", "event", "image", "voice", "video", "file", "location", "link", "text"])
    let names = InboundEvent.names
    elements.append("<Event>\(random.pick(names))</Event>")
    elements.shuffle(using: &random)
    var bytes = document(type, elements.joined())
    for _ in 0..<random.pick([0, 0, 0, 1, 3]) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(contentsOf: bytes[index...].prefix(Int.random(in: 0...40, using: &random)), at: index)
        }
    }
    return bytes
}

private func element(depth: Int, _ random: inout SeededNumbers) -> String {
    let name = random.pick(elementNames)
    let spelled = random.pick([name, name, name.lowercased(), name.uppercased()])
    guard depth < 5, Int.random(in: 0..<4, using: &random) == 0 else {
        return "<\(spelled)>\(random.pick(values))</\(spelled)>"
    }
    let children = (0..<Int.random(in: 0...4, using: &random)).map { _ in element(depth: depth + 1, &random) }
    return "<\(spelled)>\(children.joined())</\(spelled)>"
}

private let elementNames = [
    "EventKey", "ChangeType", "UserID", "ExternalUserID", "MediaId", "ThumbMediaId", "PicUrl", "Location_X",
    "Location_Y", "Latitude", "Longitude", "Precision", "Scale", "Count", "ScanCodeInfo", "ScanResult", "SendPicsInfo",
    "PicList", "item", "SendLocationInfo", "SelectedItems", "SelectedItem", "QuestionKey", "OptionIds", "OpitonIds",
    "OptionId", "OpitonId", "TaskId", "ApprovalInfo", "ThirdNo", "SpNo", "SpNoStr", "ApprovalNodes", "ApprovalNode",
    "Items", "ItemUserid", "ItemStatus", "ItemOpTime", "approverstep", "Applyer", "UserId", "StatuChangeEvent",
    "BatchJob", "JobId", "ErrCode", "Id", "TagId", "AddUserItems", "AddPartyItems", "Department", "ChatId",
    "MemChangeCnt", "OpenKfId", "AuthAddOpenKfId", "Token", "EffectTime", "Mode", "LivingId", "Status", "AgentID",
    "Url", "Title", "Content", "FileName", "Nonsense",
]

private let values: [String] = [
    "", " ", "1", "-1", "0", "23.134", "113.358", "k", "wo1", "zhangsan", "1,2,3", ",,,", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e308", "1e-400", "nan", "inf", "-0",
    "0x7fffffffffffffffp1", "<![CDATA[]]>", "<![CDATA[<xml>]]>", "&lt;&#0x41;", "&amp;", "你好😀", "a\u{301}\u{302}",
    "create_user", "update_tag", "add_external_contact", "update", "shuffle", "create_party",
    String(repeating: "M", count: 512), String(repeating: "9", count: 600), String(repeating: "M", count: 513),
]

extension SeededNumbers {
    fileprivate mutating func pick<T>(_ choices: [T]) -> T {
        choices[Int.random(in: choices.indices, using: &self)]
    }
}
