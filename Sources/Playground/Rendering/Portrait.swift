import HTML
import Pages
import Simulator
import WeCom

/// The rounded square by which somebody is recognised: the first character of their name on one of eight colours.
struct Portrait {
    let name: String
    let seed: String
    var icon: Icon?

    private static let colours = 8

    /// By FNV-1a, whose last bits depend on every byte.
    private var colour: Int {
        let hash = seed.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return Int(hash >> 8) % Portrait.colours
    }

    var html: HTML {
        tag(.span, .class("av", "a\(colour)"), .ariaHidden) {
            if let icon { icon.drawn() } else { String(name.prefix(1)) }
        }
    }

    /// A group's: four of its members' colours.
    static func group(_ seeds: [String]) -> HTML {
        tag(.span, .class("av", "g"), .ariaHidden) {
            for seed in seeds.prefix(4) { tag(.i, .class("a\(Portrait(name: "", seed: seed).colour)")) }
        }
    }
}

extension Roster {
    func portrait(of member: Member) -> Portrait { Portrait(name: member.name, seed: member.user.folded) }

    func portrait(of author: ChatEntry.Author, seenBy viewer: Member) -> Portrait {
        switch author {
        case .person(let user):
            let member = self.member(user, of: viewer.corp) ?? Member(corp: viewer.corp, user: user, name: user.text)
            return portrait(of: member)
        case .app(let app): return Portrait(name: self.app(app)?.name ?? "?", seed: "\(app.corpID)\(app.agentID)")
        case .bot(let bot): return Portrait(name: self.bot(bot)?.name ?? "?", seed: bot.text, icon: .think)
        }
    }

    func name(of author: ChatEntry.Author, seenBy viewer: Member) -> String {
        portrait(of: author, seenBy: viewer).name
    }

    func name(of chat: ChatKey) -> String {
        switch chat {
        case .app(let app, _): self.app(app)?.name ?? "?"
        case .bot(let bot, _): self.bot(bot)?.name ?? "?"
        case .group(let group): self.group(group)?.name ?? "?"
        }
    }
}
