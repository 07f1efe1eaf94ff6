import Router
import WeCom

extension Configuration.Bot {
    /// A bot that is called and one that connects, both open to everyone.
    static func madeUp(answeredBy agent: String) -> [Configuration.Bot] {
        let webhook = Webhook(token: Secret(randomText(32)), encodingAESKey: Secret(randomText(43)))
        return [
            madeUp(named: "helper", .webhook(webhook), agent),
            madeUp(named: "assistant", .socket(Socket(secret: Secret(randomText(43)))), agent),
        ]
    }

    private static func madeUp(named name: String, _ wire: Wire, _ agent: String) -> Configuration.Bot {
        var bot = Configuration.Bot(name: name, wire, agent: agent)
        bot.botID = BotID("aib" + randomText(20))
        bot.policy = .all
        bot.policy.chats.all = true
        return bot
    }
}
