import System
package import WeCom

extension FakeWeCom {
    /// Has a person rate what a bot has shown. False, and the bot hears nothing, where it did not ask for that; false, too, where it
    /// does not take it in as WeCom wants, with an empty answer.
    @discardableResult
    package func rate(
        _ bubble: Bubble, _ verdict: BotFeedback.Verdict, saying comment: String? = nil,
        because reasons: [BotFeedback.Reason] = [], as user: UserID, to bot: FakeBot
    ) async -> Bool {
        guard let said = BotFeedback(on: bubble, verdict, comment, reasons) else { return false }
        return await post(rating(said, of: bubble, .member(user), bot.id), to: bot, asking: .zero) == nil
    }

    /// The same over a long connection, where WeCom does not tell who it was in a single chat.
    @discardableResult
    package func rate(
        _ bubble: Bubble, _ verdict: BotFeedback.Verdict, saying comment: String? = nil,
        because reasons: [BotFeedback.Reason] = [], as user: UserID, to bot: FakeSocketBot
    ) async -> Bool {
        guard let said = BotFeedback(on: bubble, verdict, comment, reasons) else { return false }
        let sender: InboundMessage.Sender = bubble.chat == .single ? .platform : .member(user)
        return await give(rating(said, of: bubble, sender, bot.id), to: bot) != nil
    }

    private func rating(
        _ said: BotFeedback, of bubble: Bubble, _ sender: InboundMessage.Sender, _ bot: BotID
    ) -> InboundMessage {
        InboundMessage(
            corp: nil, sender: sender, createTime: Timestamp(seconds: clock.wall.seconds), agentID: nil,
            messageID: newMessageID(), content: .event(.bot(.feedback(said))), botID: bot, chat: bubble.chat)
    }
}

extension BotFeedback {
    /// Nil of what cannot be rated. Only who is not content says why.
    fileprivate init?(on bubble: Bubble, _ verdict: Verdict, _ comment: String?, _ reasons: [Reason]) {
        guard let id = bubble.feedback else { return nil }
        let isComplaint = verdict == .inaccurate
        self.init(
            id: id, verdict: verdict, comment: isComplaint ? comment : nil, reasons: isComplaint ? reasons : [])
    }
}
