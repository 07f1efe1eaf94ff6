package import HTTP
import Text
package import WeCom

/// The cast of a simulated WeCom before it is played: corps with their people, what these can write to, and their groups.
package struct World: Sendable, Equatable {
    /// The number that all which is made up for it follows from.
    package var seed: WorldSeed
    package var corps: [Corp] = []
    package var apps: [App] = []
    package var bots: [Bot] = []
    package var groups: [Group] = []

    package init(seed: WorldSeed) { self.seed = seed }

    package struct Corp: Sendable, Equatable {
        package let id: CorpID
        package var name: String
        /// Everybody exists in it whom nobody has listed.
        package var isOpen: Bool
        package var departments: [FakeDepartment] = []
        package var tags: [FakeTag] = []
        /// The first is who somebody is that has chosen nobody.
        package var members: [Member] = []

        package init(_ id: CorpID, name: String, isOpen: Bool) {
            self.id = id
            self.name = name
            self.isOpen = isOpen
        }

        package func member(_ user: UserID) -> Member? { members.first { $0.userID == user } }
        package func department(_ id: Int64) -> FakeDepartment? { departments.first { $0.id == id } }
    }

    package struct Member: Sendable, Equatable {
        package let userID: UserID
        package var name: String
        /// Their departments' numbers, of which the first is the main one.
        package var departments: [Int64]
        package var tags: Set<Int64>
        package var language: Language

        package init(
            _ userID: UserID, name: String, departments: [Int64] = [1], tags: Set<Int64> = [],
            language: Language = .chinese
        ) {
            self.userID = userID
            self.name = name
            self.departments = departments
            self.tags = tags
            self.language = language
        }
    }

    /// The language that somebody writes.
    package enum Language: String, Sendable, CaseIterable {
        case chinese = "zh-CN"
        case english = "en"
    }

    package struct App: Sendable, Equatable {
        package let name: String
        package let corpID: CorpID
        package let agentID: AgentID
        package var secret: Secret
        package var token: Secret
        package var encodingAESKey: Secret
        /// The URL to which its callbacks are posted.
        package var callbackURL = ""
        /// The addresses from which it may call; nil is any.
        package var trustedAddresses: Set<IPAddress>?
        /// Those who are in its visible range; nil is everybody.
        package var seenBy: Set<UserID>?
        /// True if it is told when somebody opens its chat: in the console that is a choice.
        package var hearsVisits = false

        package init(
            name: String, corpID: CorpID, agentID: AgentID, secret: Secret, token: Secret, encodingAESKey: Secret
        ) {
            self.name = name
            self.corpID = corpID
            self.agentID = agentID
            self.secret = secret
            self.token = token
            self.encodingAESKey = encodingAESKey
        }

        package var identity: FakeApp.Identity { FakeApp.Identity(corpID: corpID, agentID: agentID) }
    }

    package struct Bot: Sendable, Equatable {
        package enum Wire: Sendable, Equatable {
            case webhook(token: Secret, encodingAESKey: Secret)
            case socket(secret: Secret)
        }

        package let name: String
        package let id: BotID
        package var wire: Wire
        /// The URL to which its callbacks are posted, of one that is called.
        package var callbackURL = ""
        /// The name by which people call it in a group, where it is another.
        package var nameInChats: String?

        package init(name: String, id: BotID, _ wire: Wire) {
            self.name = name
            self.id = id
            self.wire = wire
        }
    }

    package struct Group: Sendable, Equatable {
        package let id: ChatID
        package var name: String
        package let corp: CorpID
        package var members: [UserID]
        package var bots: [BotID]

        package init(_ id: ChatID, name: String, corp: CorpID, members: [UserID], bots: [BotID]) {
            self.id = id
            self.name = name
            self.corp = corp
            self.members = members
            self.bots = bots
        }
    }

    package func corp(_ id: CorpID) -> Corp? { corps.first { $0.id == id } }
    package func app(named name: String) -> App? { apps.first { $0.name.isSame(as: name) } }
    package func bot(named name: String) -> Bot? { bots.first { $0.name.isSame(as: name) } }
    /// The group in which a bot is called first.
    package func group(of bot: BotID) -> Group? { groups.first { $0.bots.contains(bot) } }
}
