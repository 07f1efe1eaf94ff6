import JSON
import WeCom

/// The parts that several types of card have.
extension CardCheck {
    func checkMainTitle() throws(Refusal) {
        _ = try card.demandObject("main_title", or: 41016).demand("title", or: 41016)
    }

    func checkExtras() throws(Refusal) {
        if let area = try card.optionalObject("quote_area") { try checkTarget(of: area) }
        for row in try card.optionalList("horizontal_content_list", atMost: 6, or: 42035) { try checkRow(row) }
        for jump in try card.optionalList("jump_list", atMost: 3, or: 42042) {
            _ = try jump.demand("title", or: 42033)
            try checkJump(jump)
        }
    }

    /// A line of a bot's card may say something to the bot.
    private func checkJump(_ jump: JSONValue) throws(Refusal) {
        guard sender == .bot, jump["type"]?.integer == 3 else { return try checkTarget(of: jump) }
        _ = try jump.demand("question", or: 40058, atMost: 200)
    }

    private func checkRow(_ row: JSONValue) throws(Refusal) {
        _ = try row.demand("keyname", or: 42027)
        switch try row.choice("type", 0...3, otherwise: 0) {
        case 1: try row.demandURL("url", or: 42028)
        case 2 where sender == .bot: throw Refusal(40058, "type must be 0, 1 or 3")
        case 2:
            let id = try row.demand("media_id", or: 42029)
            guard media(id, .file) != nil else { throw Refusal(40007, "invalid media_id") }
        case 3:
            let user = try row.demand("userid", or: 42050)
            guard UserID(user).isWellFormed else { throw Refusal(42050, "invalid userid") }
        default: break
        }
    }

    /// Checks what a click on the card itself opens.
    func checkCardAction(isRequired: Bool) throws(Refusal) {
        guard let action = try card.optionalObject("card_action") else {
            guard !isRequired else { throw Refusal(42045, "card_action missing") }
            return
        }
        _ = try action.choice("type", (isRequired ? 1 : 0)...2, otherwise: -1, or: 42045)
        guard action["type"] != nil else { throw Refusal(42045, "card_action.type missing") }
        try checkTarget(of: action)
    }

    /// 1 opens a URL, 2 a mini-program.
    func checkTarget(of part: JSONValue) throws(Refusal) {
        switch try part.choice("type", 0...2, otherwise: 0) {
        case 1: try part.demandURL("url", or: 42028)
        case 2: _ = try part.demand("appid", or: 42030)
        default: break
        }
    }
}
