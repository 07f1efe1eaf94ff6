import JSON
import Lifecycle
import Pages
import Simulator
import System
import WeCom

extension Playground {
    /// Presses a button of the card in an entry; `choices` are the ids that were chosen for each question.
    func press(_ key: String, inEntry id: Int, choices: [String: [String]], as viewer: Viewer) {
        guard let (place, entry) = book.withLock({ $0.entry(id) }), entry.pressed == nil,
            place.chat.isOf(viewer.member, in: roster), let press = press(key, of: entry, choices, as: viewer)
        else { return }
        book.withLock { _ = $0.change(place) { ($0.pressed, $0.isUnanswered) = (key, false) } }
        tell([place])
        let user = viewer.member.user
        let task = card(of: entry, seenBy: user)?.taskID
        // Without an update the buttons come back.
        work.start { [weak self, patience] in
            await press()
            try? await Task.sleep(for: patience)
            guard let self else { return }
            let isUnanswered = book.withLock { book in
                guard book.entry(id)?.entry.pressed == key else { return false }
                return book.change(place) { ($0.pressed, $0.isUnanswered) = (nil, true) }
            }
            guard isUnanswered else { return }
            if let task { wecom.wire.noteMissingUpdate(ofTask: task, pressedBy: user) }
            tell([place])
        }
    }

    private func card(of entry: ChatEntry, seenBy user: UserID) -> FakeCard? {
        switch entry.content {
        case .said: nil
        case .sent(let message): wecom.card(of: message, seenBy: user)
        case .shown(let bubble): (entry.card ?? bubble.card).map { FakeCard($0) }
        }
    }

    /// nil where there is nothing of that key to press.
    private func press(
        _ key: String, of entry: ChatEntry, _ choices: [String: [String]], as viewer: Viewer
    ) -> (@Sendable () async -> Void)? {
        let (wecom, user, patience) = (wecom, viewer.member.user, patience)
        switch entry.content {
        case .said: return nil
        case .sent(let message):
            guard let app = roster.app(message.app)?.app, wecom.card(of: message, seenBy: user)?.has(key) == true else {
                return nil
            }
            return { await wecom.press(key, of: message, choices: choices, as: user, to: app, patience: patience) }
        case .shown(let bubble):
            guard let card = (entry.card ?? bubble.card).map({ FakeCard($0) }), card.has(key),
                let bot = roster.bot(bubble.bot)
            else {
                return nil
            }
            let click = CardClick(
                key: key, taskID: card.taskID, cardType: card.kind?.rawValue, selections: choices,
                isMenu: card.menu.contains { $0.key == key })
            let message = wecom.message(.event(.templateCard(click)), from: user, in: bubble.chat, to: bot.id)
            return {
                switch bot.lane {
                case .webhook(let fake): await wecom.post(message, to: fake, asking: .seconds(1))
                case .socket(let fake): await wecom.give(message, to: fake)
                }
            }
        }
    }

    /// Rates what a bot has said in an entry, or takes that back where it is the same again.
    func rate(_ rating: Rating, entry id: Int, as viewer: Viewer) {
        guard let (place, entry) = book.withLock({ $0.entry(id) }), case .shown(let bubble) = entry.content,
            bubble.feedback != nil, place.chat.isOf(viewer.member, in: roster), let bot = roster.bot(bubble.bot)
        else { return }
        let isTakenBack = entry.rating == rating
        book.withLock { _ = $0.change(place) { $0.rating = isTakenBack ? nil : rating } }
        tell([place])
        let verdict: BotFeedback.Verdict = isTakenBack ? .cancelled : rating == .good ? .accurate : .inaccurate
        let (wecom, user) = (wecom, viewer.member.user)
        work.start {
            switch bot.lane {
            case .webhook(let fake): await wecom.rate(bubble, verdict, as: user, to: fake)
            case .socket(let fake): await wecom.rate(bubble, verdict, as: user, to: fake)
            }
        }
    }

    /// Opens the chat as a person does who taps on it: the app or the bot hears of that.
    func enter(as viewer: Viewer) {
        let (wecom, user) = (wecom, viewer.member.user)
        switch viewer.chat {
        case .app(let identity, _):
            guard let app = roster.app(identity)?.app else { return }
            work.start { await wecom.send(.event(.enterAgent), as: user, to: app) }
        case .bot(let id, _):
            guard let bot = roster.bot(id) else { return }
            work.start {
                switch bot.lane {
                case .webhook(let fake): await wecom.enter(fake, as: user)
                case .socket(let fake): await wecom.enter(fake, as: user)
                }
            }
        case .group, nil: return
        }
    }

    /// The person has seen what is in the chat.
    func read(as viewer: Viewer) {
        guard let chat = viewer.chat else { return }
        let isNew = book.withLock { $0.read(chat, by: viewer.member.user) }
        if isNew { feed.note(.chat(chat)) }
    }
}

extension FakeCard {
    fileprivate func has(_ key: String) -> Bool { (buttons + menu).contains { $0.key == key } }
}
