import Lifecycle
import System
import Text
import WeCom

extension Player {
    func click(_ click: Step.Click) async throws(StepFailure) {
        let user = user(click.who.user)
        let named = try click.who.party.map { name throws(StepFailure) in try party(name) }
        let seen = sightings.after(0).sightings.reversed()
        for sighting in seen where sighting.hasCard && (named.map { $0.name.isSame(as: sighting.party) } ?? true) {
            guard let party = parties.first(where: { $0.name.isSame(as: sighting.party) }), sighting.isSeen(by: user),
                let card = card(of: sighting, seenBy: user), click.card.fit(card.title, shown: sighting.shown),
                let button = card.pressable.first(where: {
                    $0.key.isSame(as: click.button) || $0.text.isSame(as: click.button)
                })
            else { continue }
            return try await press(button.key, of: sighting, click.choices, as: user, to: party)
        }
        let cards = seen.filter { $0.hasCard && $0.isSeen(by: user) }.prefix(3).map(\.shown.quotedLine)
        throw StepFailure(
            expected: "a card\(click.card == .any ? "" : " \(click.card)") with a button \(click.button.quotedLine)",
            came: cards.isEmpty ? "no card" : cards.joined(separator: ", "))
    }

    private func card(of sighting: Sighting, seenBy user: UserID) -> FakeCard? {
        switch sighting.content {
        case .message(let message): message.isRecalled ? nil : wecom.card(of: message, seenBy: user)
        case .bubble(let bubble): bubble.shownCard
        case .event: nil
        }
    }

    private func press(
        _ key: String, of sighting: Sighting, _ choices: [String: [String]], as user: UserID, to party: Party
    ) async throws(StepFailure) {
        switch (sighting.content, party.end) {
        case (.message(let message), .app(let app)):
            try await begin { [self] tried in
                let tries = await wecom.press(key, of: message, choices: choices, as: user, to: app) { _ in
                    tried.reach()
                }
                note(tries, to: party, from: user.text)
            }
        case (.bubble(let bubble), .webhook(let bot)):
            await wecom.press(key, of: bubble, choices: choices, as: user, to: bot)
        case (.bubble(let bubble), .socket(let bot)):
            try check(bot, of: party)
            await wecom.press(key, of: bubble, choices: choices, as: user, to: bot)
        default: return
        }
    }

    func enter(_ who: Step.Who) async throws(StepFailure) {
        let (party, user) = (try party(who.party), user(who.user))
        switch party.end {
        case .app(let app):
            try await begin { [self] tried in
                let tries = await wecom.send(.event(.enterAgent), as: user, to: app) { _ in tried.reach() }
                note(tries, to: party, from: user.text)
            }
        case .webhook(let bot):
            try await begin { [wecom] tried in await wecom.enter(bot, as: user) { _ in tried.reach() } }
        case .socket(let bot):
            try check(bot, of: party)
            await wecom.enter(bot, as: user)
        }
    }

    func save(_ who: Step.Who) async throws(StepFailure) {
        let party = try party(who.party)
        let isRight =
            switch party.end {
            case .app(let app): await wecom.verifyURL(of: app)
            case .webhook(let bot): await wecom.verifyURL(of: bot)
            case .socket: throw StepFailure(expected: "a URL of \(party.name)", came: "none: it connects by itself")
            }
        guard isRight else {
            throw StepFailure(
                expected: "the echo of \(party.name)'s URL within a second",
                came: "none, or another: WeCom does not save it")
        }
    }
}

extension Sighting {
    /// True if it stands in a chat that the person is in, as far as is known: who is in a group nobody says.
    fileprivate func isSeen(by user: UserID) -> Bool {
        switch content {
        case .message: peer.map { UserID($0) == user } ?? false
        case .bubble(let bubble): bubble.user.map { $0 == user } ?? true
        case .event: false
        }
    }
}
