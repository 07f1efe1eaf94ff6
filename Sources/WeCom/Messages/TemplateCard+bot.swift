package import JSON
import Text

// What only an AI bot's cards have.

extension TemplateCard {
    /// Reads a card that a bot is to send: everything is of its kind and within WeCom's limits, and there is nothing that
    /// WeCom does not know.
    package init(ofBot json: JSONValue) throws(MessageFault) { try self.init(json, of: .botCard) }

    /// The address of a card that leads nowhere as a whole: WeCom wants one all the same.
    package static let homepage = "https://work.weixin.qq.com/"

    /// A line at the foot of a card that leads somewhere.
    package enum Jump: Sendable, Equatable {
        case url(String, title: String)
        /// Says it to the bot, as if the person had typed it.
        case question(String, title: String)
    }

    /// A card to read, with up to three lines that lead somewhere. A tap anywhere else opens `url`: WeCom takes no notice
    /// that leads nowhere as a whole.
    package static func notice(
        title: String, text: String? = nil, jumps: [Jump] = [], opening url: String, feedback: FeedbackID? = nil
    ) -> TemplateCard {
        var members: [JSONValue.Member] = [
            .init("card_type", "text_notice"), .init("main_title", ["title": .string(title)]),
        ]
        if let feedback { members.append(feedback.member) }
        if let text { members.append(.init("sub_title_text", .string(text))) }
        if !jumps.isEmpty { members.append(.init("jump_list", .array(jumps.map(\.json)))) }
        return TemplateCard(json: .object(members + [.init("card_action", ["type": 1, "url": .string(url)])]))
    }

    /// The same card as an update of it, with nothing left to press but these words; nil without any.
    package func ended(saying words: String) -> TemplateCard? {
        guard case .object(let members) = json, words.hasWords else { return nil }
        return TemplateCard(json: .object(members + [.init("replace_text", .string(words))]))
    }

    /// The id that its events have for it.
    package var taskID: String? { json["task_id"]?.string }
}

extension TemplateCard.Jump {
    fileprivate var json: JSONValue {
        switch self {
        case .url(let url, let title): ["type": 1, "url": .string(url), "title": .string(title)]
        case .question(let question, let title):
            ["type": 3, "title": .string(title), "question": .string(question)]
        }
    }
}
