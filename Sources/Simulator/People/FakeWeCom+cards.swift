package import WeCom

extension FakeWeCom {
    /// The card of a message as a person sees it now.
    package func card(of message: SentMessage, seenBy user: UserID) -> FakeCard? {
        let changes = transcript.cardUpdates.filter {
            $0.message.messageID == message.messageID && $0.users.contains(user)
        }
        return changes.reduce(message.card) { card, update in
            switch update.change {
            case .replaced(let card): card
            case .buttonsRenamed(let name): card?.ended(saying: name)
            }
        }
    }

    /// Has a person press a button of a card, or an entry of its menu, by its key; `choices` are the ids of the options
    /// chosen for each question. No try is made, and none returned, where there is nothing of that key to press.
    @discardableResult
    package func press(
        _ key: String, of message: SentMessage, choices: [String: [String]] = [:], as user: UserID, to app: FakeApp,
        patience: Duration = .seconds(5), trying: @Sendable (CallbackTry) -> Void = { _ in }
    ) async -> [CallbackTry] {
        guard let card = card(of: message, seenBy: user), !message.isRecalled else { return [] }
        let isMenu = card.menu.contains { $0.key == key }
        guard isMenu || card.buttons.contains(where: { $0.key == key }) else { return [] }
        let click = CardClick(
            // A card that took the place of another has its task.
            key: key, taskID: message.card?.taskID, cardType: card.kind?.rawValue,
            responseCode: api.issueResponseCode(for: message.messageID), selections: choices, isMenu: isMenu)
        return await send(.event(.templateCard(click)), as: user, to: app, patience: patience, trying: trying)
    }
}
