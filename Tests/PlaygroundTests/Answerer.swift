import Crypto
import HTTP
import HTTPClient
import HTTPServer
import JSON
import Lifecycle
import Observability
import Simulator
import System
import Text
import WeCom

/// A small program in the place of a router: it takes the callbacks of apps and bots and answers what it is told to.
///
/// To an app: `cards`, `markdown`, `file`, `recall` have it send those; anything else comes back. To a bot: `picture` and `card` come
/// below an answer, `largest` and `too large` are as much as there may be and a byte more, `endless` never ends; any other grows over four polls.
final class Answerer: Sendable {
    private let apps: [FakeApp]
    private let bots: [FakeBot]
    private let transport = CurlTransport()
    private let api: @Sendable () -> String
    private let work = TaskScope()
    private let streams = Lock<[String: Int]>([:])
    private let heardMessages = Lock<[InboundMessage]>([])
    private let heardByBots = Lock<[JSONValue]>([])
    /// The callbacks that bots were sent, but for polls.
    var botHeard: [JSONValue] { heardByBots.withLock { $0 } }

    /// The messages that apps were sent.
    var heard: [InboundMessage] { heardMessages.withLock { $0 } }

    /// The times that cards of apps were pressed.
    var presses: Int {
        heard.count { if case .event(.templateCard) = $0.content { true } else { false } }
    }

    init(apps: [FakeApp], bots: [FakeBot], api: @escaping @Sendable () -> String) {
        (self.apps, self.bots, self.api) = (apps, bots, api)
    }

    func close() async { await transport.close() }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let envelope = try? Envelope(body: request.body),
            let callback = try? Callback(query: request.query, envelope: envelope)
        else { return HTTPResponse(.badRequest) }
        for app in apps {
            guard let opened = try? app.keys.verified(callback)?.open(with: app.keys, receiver: app.corpID.text),
                app.agentID == envelope.agentID, let message = try? InboundMessage(xml: opened)
            else { continue }
            let isNew = heardMessages.withLock { heard in
                defer { heard.append(message) }
                return message.messageID == nil || !heard.contains { $0.messageID == message.messageID }
            }
            if isNew { work.start { await self.reply(to: message, of: app) } }
            return HTTPResponse(.ok)
        }
        for bot in bots {
            guard let opened = try? bot.keys.verified(callback)?.open(with: bot.keys),
                let json = try? JSONValue(parsing: opened.message)
            else { continue }
            if json["msgtype"] != "stream" { heardByBots.withLock { $0.append(json) } }
            guard let reply = reply(to: json) else { return HTTPResponse(.ok) }
            let sealed = bot.keys.sealReply(reply.bytes, to: callback, holding: opened, at: .now)
            return .json(.ok, sealed.passiveJSONReply)
        }
        return HTTPResponse(.forbidden)
    }

    // MARK: Bots

    static let growing = [
        "", "<think>先看告警，再对照发布记录与慢查询。", "<think>先看告警，再对照发布记录与慢查询。</think>结论：**索引在发布时被重建**，期间走了全表扫描。",
        "<think>先看告警，再对照发布记录与慢查询。</think>结论：**索引在发布时被重建**，期间走了全表扫描。\n\n| 时间 | 事件 |\n|---|---|\n| 14:02 | 发布 1.4.2，迁移开始 |\n| 14:03 | p95 从 90 ms 升到 812 ms |\n\n1. 建议在低峰期执行迁移\n2. 先在副本上演练 `reindex`",
    ]

    private func reply(to json: JSONValue) -> JSONValue? {
        switch (json["msgtype"]?.string, json["event"]?["eventtype"]?.string) {
        case ("event", "enter_chat"): ["msgtype": "text", "text": ["content": "你好，我是小路"]]
        case ("event", "template_card_event"):
            ["response_type": "update_template_card", "template_card": SampleCards.asked(pressed: true)]
        case ("event", _): nil
        default: stream(answering: json)
        }
    }

    private func stream(answering json: JSONValue) -> JSONValue {
        let type = json["msgtype"]?.string ?? ""
        let asked = json["text"]?["content"]?.string ?? ""
        if let answer = whole(asked) { return answer }
        let id = type == "stream" ? json["stream"]?["id"]?.string ?? "" : "\(asked)-\(json["msgid"]?.string ?? "")"
        let step = streams.withLock { streams in
            streams[id, default: -1] += 1
            return streams[id] ?? 0
        }
        if id.starts(with: "endless") { return stream(id, "Zeile \(step).", isLast: false) }
        let text = Answerer.growing[min(step, Answerer.growing.count - 1)]
        return stream(id, text, isLast: step >= Answerer.growing.count)
    }

    private func stream(_ id: String, _ text: String, isLast: Bool) -> JSONValue {
        ["msgtype": "stream", "stream": ["id": .string(id), "finish": .bool(isLast), "content": .string(text)]]
    }

    /// As much as a bot may say, to the byte, and more than one line of it at any width.
    static let largest: String = {
        let start = "<img src=x onerror=alert(1)>]]>\u{202E}" + String(repeating: "W", count: 3000)
        let (filling, end) = ("😀字 | ", "Ende")
        let room = 20_480 - start.utf8.count - end.utf8.count
        let whole = String(repeating: filling, count: room / filling.utf8.count)
        return start + whole + String(repeating: ".", count: room % filling.utf8.count) + end
    }()

    /// An answer that is there at once.
    private func whole(_ asked: String) -> JSONValue? {
        switch asked {
        case "largest": return stream("s-largest", Answerer.largest, isLast: true)
        case "too large": return stream("s-too-large", Answerer.largest + ".", isLast: true)
        case "picture":
            let item: JSONValue = [
                "msgtype": "image",
                "image": ["base64": .string(Base64.encode(png)), "md5": .string(md5(png).hexText)],
            ]
            return [
                "msgtype": "stream",
                "stream": [
                    "id": "s-picture", "finish": true, "content": "看这张图", "msg_item": [item],
                    "feedback": ["id": "rated"],
                ],
            ]
        case "card":
            return [
                "msgtype": "stream_with_template_card",
                "stream": ["id": "s-card", "finish": true, "content": "请选择"],
                "template_card": SampleCards.asked(pressed: false),
            ]
        default: return nil
        }
    }

    // MARK: Apps

    private func reply(to message: InboundMessage, of app: FakeApp) async {
        guard let user = message.from else { return }
        switch message.content {
        case .text("cards"): for card in SampleCards.all { await send("template_card", card, to: user, of: app) }
        case .text("markdown"): await send("markdown", ["content": .string(Answerer.markdown)], to: user, of: app)
        case .text(let text) where text.after("text card") != nil:
            let button = text.after("text card:").map { [JSONValue.Member("btntxt", .string(String($0)))] } ?? []
            let words = "<div class=\"gray\">11 月 8 日</div><div class=\"highlight\">请准时<br>到场</div><b>x</b>"
            let card: [JSONValue.Member] = [
                .init("title", "登山"), .init("description", .string(words)), .init("url", "https://example.com"),
            ]
            await send("textcard", .object(card + button), to: user, of: app)
        case .text("file"): await sendFile(to: user, of: app)
        case .text("recall"):
            guard let id = await send("text", ["content": "wrong"], to: user, of: app)?["msgid"]?.string else { return }
            _ = await call("message/recall", JSONValue.object([.init("msgid", .string(id))]).bytes, of: app)
        case .text(let text):
            await send("text", ["content": .string(text)], to: user, of: app)
        case .event(.templateCard(let click)): await update(click, of: app, for: user)
        case .event: break
        default: await send("text", ["content": .string("收到 \(message.content.type)")], to: user, of: app)
        }
    }

    static let markdown = """
        ### 1.5.0 发布说明
        共 **37** 个提交，<font color="warning">2 个破坏性变更</font>：
        > 结算接口改为 `/v2/settle`，旧路径保留到 3 月
        <font color="info">测试 1,204 项通过</font> · [查看对比](https://example.com/compare)
        - 不是列表
        """

    private func update(_ click: CardClick, of app: FakeApp, for user: UserID) async {
        guard let code = click.responseCode else { return }
        let body: JSONValue = [
            "userids": [.string(user.text)], "agentid": .integer(app.agentID.number), "response_code": .string(code),
            "button": ["replace_name": .string("已选择 \(click.key)")],
        ]
        _ = await call("message/update_template_card", body.bytes, of: app)
    }

    private func sendFile(to user: UserID, of app: FakeApp) async {
        let file =
            "--XX\r\nContent-Disposition: form-data; name=\"media\"; filename=\"CHANGES-1.5.0.md\"\r\n\r\n# 1.5.0\n\r\n--XX--\r\n"
        let answer = await call(
            "media/upload", Array(file.utf8), of: app, "multipart/form-data; boundary=XX", "&type=file")
        guard let id = answer?["media_id"] else { return }
        await send("file", ["media_id": id], to: user, of: app)
    }

    @discardableResult
    private func send(_ type: String, _ part: JSONValue, to user: UserID, of app: FakeApp) async -> JSONValue? {
        let message = JSONValue.object([
            .init("touser", .string(user.text)), .init("msgtype", .string(type)),
            .init("agentid", .integer(app.agentID.number)), .init(type, part),
        ])
        return await call("message/send", message.bytes, of: app)
    }

    private func call(
        _ name: String, _ body: [UInt8], of app: FakeApp, _ type: String = "application/json", _ more: String = ""
    ) async -> JSONValue? {
        let secret = percentEncoded(app.secret.reveal())
        let base = "\(api())/cgi-bin"
        let token = try? await transport.send(
            HTTPRequest(.get, "\(base)/gettoken?corpid=\(app.corpID)&corpsecret=\(secret)"), HTTPRequestOptions())
        guard let token = token.flatMap({ try? JSONValue(parsing: $0.bytes) })?["access_token"]?.string else {
            return nil
        }
        let request = HTTPRequest(
            .post, "\(base)/\(name)?access_token=\(token)\(more)", headers: ["Content-Type": type], body: body)
        let answer = try? await transport.send(request, HTTPRequestOptions())
        return answer.flatMap { try? JSONValue(parsing: $0.bytes) }
    }
}
