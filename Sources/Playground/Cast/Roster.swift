package import Simulator
package import WeCom

/// The people of the playground, and what they can write to.
package struct Roster: Sendable {
    package struct Member: Sendable, Hashable {
        package let corp: CorpID
        package let user: UserID
        package let name: String
        package let department: String
        package let language: World.Language

        package init(
            corp: CorpID, user: UserID, name: String, department: String = "", language: World.Language = .chinese
        ) {
            self.corp = corp
            self.user = user
            self.name = name
            self.department = department
            self.language = language
        }
    }

    package struct Corp: Sendable {
        package let id: CorpID
        package let name: String
        package var members: [Member]
    }

    /// An app, under the name that it has in the configuration.
    package struct App: Sendable {
        package let name: String
        package let app: FakeApp
        /// True if it is told when somebody opens its chat: in the console that is a choice.
        package let hearsVisits: Bool
        package let offers: [Offer]

        package init(name: String, app: FakeApp, hearsVisits: Bool = false, offers: [Offer] = []) {
            self.name = name
            self.app = app
            self.hearsVisits = hearsVisits
            self.offers = offers
        }
    }

    /// Words that an app or a bot is known to understand, for a press to say them.
    package struct Offer: Sendable {
        let chinese: String
        let english: String

        package init(chinese: String, english: String) {
            self.chinese = chinese
            self.english = english
        }
    }

    package struct Bot: Sendable {
        package enum Lane: Sendable {
            case webhook(FakeBot)
            case socket(FakeSocketBot)
        }

        package let name: String
        package let lane: Lane
        package let offers: [Offer]

        package init(name: String, lane: Lane, offers: [Offer] = []) {
            self.name = name
            self.lane = lane
            self.offers = offers
        }

        package var id: BotID {
            switch lane {
            case .webhook(let bot): bot.id
            case .socket(let bot): bot.id
            }
        }
    }

    package struct Group: Sendable {
        package let id: ChatID
        package let name: String
        package let corp: CorpID
        package let members: [UserID]
        package let bots: [BotID]
    }

    package let corps: [Corp]
    package let apps: [App]
    package let bots: [Bot]
    package let groups: [Group]

    /// The one that somebody is who has chosen nobody.
    package var first: Member? { corps.first?.members.first }

    package func corp(_ id: CorpID) -> Corp? { corps.first { $0.id == id } }

    /// The member of that id. Somebody whom nobody has listed has their id for a name.
    package func member(_ user: UserID, of corp: CorpID) -> Member? {
        guard let found = self.corp(corp) else { return nil }
        return found.members.first { $0.user == user }
            ?? (user.isWellFormed ? Member(corp: corp, user: user, name: user.text) : nil)
    }

    package func app(_ identity: FakeApp.Identity) -> App? { apps.first { $0.app.identity == identity } }
    package func bot(_ id: BotID) -> Bot? { bots.first { $0.id == id } }
    package func group(_ id: ChatID) -> Group? { groups.first { $0.id == id } }

    /// Those of whoever answers in a chat. In a group nobody is meant until they are called.
    func offers(in chat: ChatKey) -> [Offer] {
        switch chat {
        case .app(let app, _): self.app(app)?.offers ?? []
        case .bot(let bot, _): self.bot(bot)?.offers ?? []
        case .group: []
        }
    }

    /// True if whoever answers in a chat is told when somebody opens it.
    func isToldOfVisits(to chat: ChatKey) -> Bool {
        switch chat {
        case .app(let app, _): self.app(app)?.hearsVisits == true
        case .bot: true
        case .group: false
        }
    }

    func apps(of corp: CorpID) -> [App] { apps.filter { $0.app.corpID == corp } }
    func groups(of member: Member) -> [Group] {
        groups.filter { $0.corp == member.corp && $0.members.contains(member.user) }
    }
}
