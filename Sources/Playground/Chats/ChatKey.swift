import Simulator
import Text
import WeCom

/// A chat: a person's with an app or a bot, or a group's.
enum ChatKey: Hashable, Sendable {
    case app(FakeApp.Identity, UserID)
    case bot(BotID, UserID)
    case group(ChatID)

    /// The key in the address of a tab: what it is for the person who is there.
    var text: String {
        switch self {
        case .app(let app, _): "app-\(app.agentID)"
        case .bot(let bot, _): "bot-\(bot.text)"
        case .group(let chat): "group-\(chat.text)"
        }
    }

    /// Those that a person has.
    static func all(of member: Roster.Member, in roster: Roster) -> [ChatKey] {
        roster.apps(of: member.corp).map { .app($0.app.identity, member.user) }
            + roster.bots.map { .bot($0.id, member.user) } + roster.groups(of: member).map { .group($0.id) }
    }

    /// True if the person sees it.
    func isOf(_ member: Roster.Member, in roster: Roster) -> Bool {
        switch self {
        case .app(let app, let user): app.corpID == member.corp && user == member.user
        case .bot(_, let user): user == member.user
        case .group(let id): roster.groups(of: member).contains { $0.id == id }
        }
    }
}
