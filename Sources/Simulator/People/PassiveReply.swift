import JSON
import System
import Text
import WeCom
import XML

/// What an app says in the answer to a callback itself, opened and checked as WeCom does.
struct PassiveReply {
    let user: UserID
    let content: SentMessage.Content
    /// The same as a request of the API would have it.
    let message: JSONValue

    /// Throws what is wrong with it; nil of an answer that says nothing.
    init?(
        _ body: [UInt8], of app: FakeApp, media: @escaping (String, FakeMedia.Kind) -> FakeMedia?
    ) throws(PassiveReplyFault) {
        // Some answer with this word, and WeCom takes it for nothing.
        if body.allSatisfy({ $0 <= 0x20 }) || body.elementsEqual("success".utf8) { return nil }
        let root = try PassiveReply.opened(body, of: app)
        guard let from = root["FromUserName"]?.text, from.isSame(as: app.corpID.text) else {
            throw PassiveReplyFault("FromUserName is not the corp")
        }
        guard let to = root["ToUserName"]?.text, !to.isEmpty else { throw PassiveReplyFault("ToUserName is missing") }
        let message = try PassiveReply.message(root, to: to, of: app)
        do throws(Refusal) {
            content = try MessageCheck(message: message, app: app, media: media).content()
        } catch {
            throw PassiveReplyFault("\(error.code) \(error.message)")
        }
        (user, self.message) = (UserID(to), message)
    }

    /// The document in the envelope.
    private static func opened(_ body: [UInt8], of app: FakeApp) throws(PassiveReplyFault) -> XMLElement {
        guard let root = try? XMLElement(parsing: body) else { throw PassiveReplyFault("the answer is no XML") }
        guard let encrypted = root["Encrypt"]?.text, let signature = root["MsgSignature"]?.text,
            let timestamp = root["TimeStamp"]?.text, let nonce = root["Nonce"]?.text
        else { throw PassiveReplyFault("the envelope is not Encrypt, MsgSignature, TimeStamp and Nonce") }
        let callback = Callback(
            signature: signature, timestamp: timestamp, nonce: nonce, encrypted: encrypted)
        guard let verified = app.keys.verified(callback),
            let document = try? verified.open(with: app.keys, receiver: app.corpID.text)
        else { throw PassiveReplyFault("the answer is not sealed by the app's keys for its corp") }
        guard let root = try? XMLElement(parsing: document) else { throw PassiveReplyFault("what is sealed is no XML") }
        return root
    }

    private static func message(
        _ root: XMLElement, to user: String, of app: FakeApp
    ) throws(PassiveReplyFault) -> JSONValue {
        let type = root["MsgType"]?.text ?? ""
        return [
            "touser": .string(user), "agentid": .integer(app.agentID.number), "msgtype": .string(type),
            type: try part(type, of: root),
        ]
    }

    private static func part(_ type: String, of root: XMLElement) throws(PassiveReplyFault) -> JSONValue {
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
        default: throw PassiveReplyFault("a reply of the type \(type.cut(toBytes: 40)), which is not taken here")
        }
    }

    private static func fields(of element: XMLElement?, _ names: [(xml: String, json: String)]) -> JSONValue {
        .object(
            names.compactMap { names in
                element?[names.xml].map { JSONValue.Member(names.json, .string($0.text)) }
            })
    }
}

struct PassiveReplyFault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

extension FakeWeCom {
    /// Shows what the answer to a callback says at once. What is wrong with it the app is never told: the transcript has it
    /// among what was refused.
    func showReply(in made: CallbackTry, to message: InboundMessage, of app: FakeApp) {
        guard made.isAcknowledged, let sender = message.from else { return }
        do throws(PassiveReplyFault) {
            guard let reply = try PassiveReply(made.body, of: app, media: api.media(of: app)) else { return }
            guard reply.user == sender else { throw PassiveReplyFault("the reply is for somebody else") }
            api.show(reply, of: app)
        } catch {
            transcript.add(RefusedCall(call: "callback", code: -1, reason: error.reason))
        }
    }
}

extension FakeAPI {
    fileprivate func show(_ reply: PassiveReply, of app: FakeApp) {
        let now = clock.now
        let number = state.withLock { state in
            state.sent += 1
            return state.sent
        }
        transcript.add(
            SentMessage(
                at: now, corpID: app.corpID, agentID: app.agentID, to: reply.user.text, content: reply.content,
                messageID: "msg\(number)", fate: .delivered, recipients: [reply.user], unshown: [],
                request: reply.message))
    }
}
