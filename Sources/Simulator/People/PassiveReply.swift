import JSON
import System
import Text
import WeCom
import XML

/// The words of an app in the answer to a callback itself, opened as WeCom does.
struct PassiveReply {
    enum Content {
        case message
        /// The card that was clicked changes for the person who did.
        case cardUpdate
    }

    let user: UserID
    let content: Content
    /// The same as a request of the API would have it.
    let request: JSONValue

    /// Throws what is wrong with it; nil of an answer that says nothing.
    init?(_ body: [UInt8], of app: FakeApp) throws(Refusal) {
        // Some answer with this word, and WeCom takes it for nothing.
        if body.allSatisfy({ $0 <= 0x20 }) || body.elementsEqual("success".utf8) { return nil }
        let root = try PassiveReply.opened(body, of: app)
        guard let from = root["FromUserName"]?.text, from.isSame(as: app.corpID.text) else {
            throw Refusal(passive: "FromUserName is not the corp")
        }
        guard let to = root["ToUserName"]?.text, !to.isEmpty else { throw Refusal(passive: "ToUserName is missing") }
        user = UserID(to)
        let type = root["MsgType"]?.text ?? ""
        if let change = PassiveReply.cardChange(type, of: root) {
            content = .cardUpdate
            request = .object([change])
            return
        }
        content = .message
        request = [
            "touser": .string(to), "agentid": .integer(app.agentID.number), "msgtype": .string(type),
            type: try PassiveReply.part(type, of: root),
        ]
    }

    /// The document in the envelope.
    private static func opened(_ body: [UInt8], of app: FakeApp) throws(Refusal) -> XMLElement {
        guard let root = try? XMLElement(parsing: body) else { throw Refusal(passive: "the answer is no XML") }
        guard let encrypted = root["Encrypt"]?.text, let signature = root["MsgSignature"]?.text,
            let timestamp = root["TimeStamp"]?.text, let nonce = root["Nonce"]?.text
        else { throw Refusal(passive: "the envelope is not Encrypt, MsgSignature, TimeStamp and Nonce") }
        let callback = Callback(
            signature: signature, timestamp: timestamp, nonce: nonce, encrypted: encrypted)
        guard let verified = app.keys.verified(callback),
            let document = try? verified.open(with: app.keys, receiver: app.corpID.text)
        else { throw Refusal(passive: "the answer is not sealed by the app's keys for its corp") }
        guard let root = try? XMLElement(parsing: document) else { throw Refusal(passive: "what is sealed is no XML") }
        return root
    }

    /// The change that a reply makes to a card; nil of one that is a message.
    private static func cardChange(_ type: String, of root: XMLElement) -> JSONValue.Member? {
        switch type {
        case "update_button": JSONValue.Member("button", fields(of: root["Button"], [("ReplaceName", "replace_name")]))
        case "update_template_card":
            JSONValue.Member("template_card", root["TemplateCard"].map(JSONValue.init(card:)) ?? .null)
        default: nil
        }
    }

    private static func part(_ type: String, of root: XMLElement) throws(Refusal) -> JSONValue {
        switch type {
        case "text": return ["content": .string(root["Content"]?.text ?? "")]
        case "image": return fields(of: root["Image"], [("MediaId", "media_id")])
        case "voice": return fields(of: root["Voice"], [("MediaId", "media_id")])
        case "video":
            return fields(
                of: root["Video"], [("MediaId", "media_id"), ("Title", "title"), ("Description", "description")])
        case "news":
            let items = root["Articles"]?.all("item") ?? []
            return [
                "articles": .array(
                    items.map {
                        fields(
                            of: $0,
                            [("Title", "title"), ("Description", "description"), ("PicUrl", "picurl"), ("Url", "url")])
                    })
            ]
        default: throw Refusal(passive: "a reply of the type \(type.cut(toBytes: 40)), which is not taken here")
        }
    }

    private static func fields(of element: XMLElement?, _ names: [(xml: String, json: String)]) -> JSONValue {
        .object(
            names.compactMap { names in
                element?[names.xml].map { JSONValue.Member(names.json, .string($0.text)) }
            })
    }
}

extension Refusal {
    /// The code of a fault that the API has none for. The app is told neither it nor any other.
    private static let ofPassiveReply: Int64 = -1

    fileprivate init(passive reason: String) { self.init(Refusal.ofPassiveReply, reason) }
}

extension FakeWeCom {
    /// Shows what the answer to a callback says at once. What is wrong with it the app is never told: the transcript has it
    /// among what was refused.
    func showReply(in made: CallbackTry, to message: InboundMessage, of app: FakeApp) {
        guard made.isAcknowledged, let sender = message.from else { return }
        do throws(Refusal) {
            guard let reply = try PassiveReply(made.body, of: app) else { return }
            guard reply.user == sender else { throw Refusal(passive: "the reply is for somebody else") }
            try api.show(reply, to: message, of: app)
        } catch {
            transcript.add(RefusedCall(call: "callback", code: error.code, reason: error.message))
        }
    }
}

extension FakeAPI {
    fileprivate func show(_ reply: PassiveReply, to message: InboundMessage, of app: FakeApp) throws(Refusal) {
        let clicked = message.clickedTask
        switch (reply.content, clicked) {
        case (.message, nil): try showMessage(reply, of: app)
        case (.cardUpdate, let task?): try updateCard(ofTask: task, reply, of: app)
        case (.message, _): throw Refusal(passive: "a click on a card is answered by an update of it, or by nothing")
        case (.cardUpdate, nil):
            throw Refusal(passive: "a card is updated in the answer to a click on it, and no other")
        }
    }

    private func showMessage(_ reply: PassiveReply, of app: FakeApp) throws(Refusal) {
        let content = try check(of: reply.request, app).content()
        let number = state.withLock { state in
            state.sent += 1
            return state.sent
        }
        transcript.add(
            SentMessage(
                at: clock.now, corpID: app.corpID, agentID: app.agentID, to: reply.user.text, content: content,
                messageID: "msg\(number)", fate: .delivered, recipients: [reply.user], unshown: [],
                request: reply.request))
    }

    /// The code that came with the click stays good: the API may change the card once more.
    private func updateCard(ofTask task: String, _ reply: PassiveReply, of app: FakeApp) throws(Refusal) {
        guard let message = transcript.message(ofTask: task, of: app.identity) else {
            throw Refusal(passive: "the card that was clicked is forgotten")
        }
        let change = try change(of: message, reply.request, app)
        transcript.add(CardUpdate(at: clock.now, message: message, users: [reply.user], change: change))
    }
}

extension InboundMessage {
    /// The task of the card whose button was pressed. The menu of a card is no part of it here.
    fileprivate var clickedTask: String? {
        guard case .event(.templateCard(let click)) = content, !click.isMenu else { return nil }
        return click.taskID
    }
}
