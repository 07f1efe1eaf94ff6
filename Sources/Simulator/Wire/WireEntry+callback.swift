import HTTP
import JSON
import Text
import WeCom

extension WireEntry {
    /// A callback that is about to be posted, with what can be told of it beforehand.
    init(posting request: HTTPRequest, _ opened: OpenedCallback, on wire: Wire) {
        let document = CallbackDocument(opened)
        self.init(.callback, request.method == .get ? "verify" : document.name, at: wire.clock.wall)
        subject = opened.receiver.subject
        note = request.method == .get ? "" : document.note
        (users, group, links) = (document.users, document.group, document.links)
        self.request = Side(
            line: "\(request.method) \(request.target)",
            headers: request.headers.fields.map { "\($0.name): \($0.value)" }, body: request.body,
            opened: opened.document)
        layout = opened.layout
        guard request.method == .post, document.stream == nil, let subject else { return }
        attempt = (wire.countTry(of: opened.document, to: subject), document.most)
    }
}

/// The part of a callback's document by which it is listed.
struct CallbackDocument {
    var name = "callback"
    var note = ""
    var users: [UserID] = []
    var group: ChatID?
    var links: Set<String> = []
    /// The stream that WeCom asks about.
    var stream: String?
    /// The tries that WeCom makes at most.
    var most = FakeWeCom.callbackTries

    private init() {}

    init(_ opened: OpenedCallback) {
        switch opened.receiver {
        case .app:
            self.init()
            readXML(opened.document)
        case .bot: self.init(botDocument: (try? JSONValue(parsing: opened.document)) ?? .null)
        }
    }

    /// A bot's, whichever way it goes.
    init(botDocument json: JSONValue) {
        let type = json["msgtype"]?.string ?? ""
        (name, most) = ("bot callback", 3)
        if let user = json["from"]?["userid"]?.string { users = [UserID(user)] }
        group = json["chatid"]?.string.map { ChatID($0) }
        if let id = json["msgid"]?.string { links.insert(id) }
        if type == "stream", let id = json["stream"]?["id"]?.string {
            (name, stream) = ("stream", id)
            links = ["stream:\(id)"]
        }
        if let task = json["event"]?["template_card_event"]?["task_id"]?.string {
            links.insert(Wire.link(ofTask: task))
        }
        let event = json["event"]?["eventtype"]?.string
        let text = json["text"]?["content"]?.string ?? event ?? ""
        note = [type, text].filter { !$0.isEmpty }.joined(separator: " · ").cut(toBytes: 120)
    }

    private mutating func readXML(_ document: [UInt8]) {
        guard let message = try? InboundMessage(xml: document) else { return }
        users = message.from.map { [$0] } ?? []
        if let id = message.messageID { links.insert(id) }
        if case .event(.templateCard(let click)) = message.content, let task = click.taskID {
            links.insert(Wire.link(ofTask: task))
        }
        let text =
            switch message.content {
            case .text(let text): text
            case .event(let event): event.name
            case .file(_, let name): name ?? ""
            case .voice(_, _, let recognition): recognition ?? ""
            case .location(let place): place.label ?? ""
            default: ""
            }
        note = [message.content.type, text].filter { !$0.isEmpty }.joined(separator: " · ").cut(toBytes: 120)
    }
}

extension InboundEvent {
    /// The word by which a list names it.
    fileprivate var name: String {
        switch self {
        case .enterAgent: "enter_agent"
        case .templateCard(let click): "template_card_event · \(click.key)"
        default: "\(self)".cut(toBytes: 60)
        }
    }
}
