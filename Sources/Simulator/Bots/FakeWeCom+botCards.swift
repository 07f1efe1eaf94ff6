package import WeCom

extension FakeWeCom {
    /// Has a person press a button of the card that a bot shows, by its key; `choices` are the ids of the options chosen for each
    /// question. Returns what is shown in answer; nil for nothing, and where there is no button of that key.
    @discardableResult
    package func press(
        _ key: String, of bubble: Bubble, choices: [String: [String]] = [:], as user: UserID, to bot: FakeBot
    ) async -> Bubble? {
        guard let click = bubble.click(on: key, choices) else { return nil }
        return await post(
            message(.event(.templateCard(click)), from: user, in: bubble.chat, to: bot), to: bot, asking: .zero)
    }

    /// The same of a bot that connects, whose answer is a bubble of the transcript. Returns the id to answer under; nil where there
    /// is no button of that key, or no socket has the bot.
    @discardableResult
    package func press(
        _ key: String, of bubble: Bubble, choices: [String: [String]] = [:], as user: UserID, to bot: FakeSocketBot
    ) async -> BotRequestID? {
        guard let click = bubble.click(on: key, choices) else { return nil }
        return await give(message(.event(.templateCard(click)), from: user, in: bubble.chat, to: bot.id), to: bot)
    }
}

extension Bubble {
    /// The card as people see it.
    package var shownCard: FakeCard? { card.map { FakeCard($0) } }

    fileprivate func click(on key: String, _ choices: [String: [String]]) -> CardClick? {
        guard let card = shownCard, card.pressable.contains(where: { $0.key == key }) else { return nil }
        return CardClick(key: key, taskID: card.taskID, cardType: card.kind?.rawValue, selections: choices)
    }
}
