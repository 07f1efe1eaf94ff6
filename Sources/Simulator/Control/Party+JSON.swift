import JSON
import WeCom

extension Party {
    /// An app or a bot as programs read of it.
    func json(in wecom: FakeWeCom) -> JSONValue {
        switch end {
        case .app(let app):
            [
                "name": .string(name), "lane": "app", "corp_id": .string(app.corpID.text),
                "agent_id": .integer(app.agentID.number), "callback_url": .string(wecom.callbackURL(of: app)),
            ]
        case .webhook(let bot): ["name": .string(name), "lane": "webhook", "bot_id": .string(bot.id.text)]
        case .socket(let bot):
            [
                "name": .string(name), "lane": "socket", "bot_id": .string(bot.id.text),
                "connected": .bool(wecom.sockets.isConnected(bot.id)),
            ]
        }
    }
}
