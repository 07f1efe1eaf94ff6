import JSON
import WeCom

/// The cards that bots have shown. WeCom takes each task of a bot once, and below a stream one card for each message.
struct BotCardDesk {
    private struct Task: Hashable {
        let bot: BotID
        let id: String
    }

    private var tasks: Set<Task> = []
    /// The messages below whose streams there is a card.
    private var messages: Set<String> = []

    /// Takes a card that is new; `message` is the one below whose stream it goes.
    mutating func take(
        _ card: JSONValue?, of bot: BotID, in chat: InboundMessage.Chat, below message: String? = nil
    ) throws(Refusal) -> JSONValue {
        let card = try BotCardDesk.checked(card)
        guard chat == .single else { throw Refusal(40008, "cards go to single chats only") }
        if let message, messages.contains(message) { throw Refusal(40008, "the message has had its card") }
        if let id = card["task_id"]?.string, !id.isEmpty {
            guard tasks.insert(Task(bot: bot, id: id)).inserted else { throw Refusal(42014, "task_id is used") }
        }
        if let message { messages.insert(message) }
        return card
    }

    /// Takes a card in the place of one that was pressed, whose task it keeps.
    static func update(_ body: JSONValue, ofTask task: String?) throws(Refusal) -> JSONValue {
        guard body["response_type"]?.string == "update_template_card" else {
            throw Refusal(40058, "invalid response_type")
        }
        let card = try checked(body["template_card"], isUpdate: true)
        guard let id = card["task_id"]?.string, id == task else {
            throw Refusal(42014, "task_id is another than the event's")
        }
        return card
    }

    private static func checked(_ card: JSONValue?, isUpdate: Bool = false) throws(Refusal) -> JSONValue {
        guard let card, case .object = card else { throw Refusal(40058, "template_card missing") }
        try CardCheck(card: card, sender: .bot, isUpdate: isUpdate).check()
        return card
    }
}
