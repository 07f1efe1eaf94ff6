package import Simulator
package import WeCom

extension Roster {
    /// The cast of a world, with its people. `offers` are words that all apps and bots of it know.
    package init(_ world: World, offers: [Offer] = []) throws {
        let bots = try world.bots.compactMap { bot -> Bot? in
            if let played = try bot.playedWebhook() {
                return Bot(name: bot.name, lane: .webhook(played), offers: offers)
            }
            return bot.playedSocket.map { Bot(name: bot.name, lane: .socket($0), offers: offers) }
        }
        let apps = try world.apps.map {
            App(name: $0.name, app: try $0.played(), hearsVisits: $0.hearsVisits, offers: offers)
        }
        self.init(world, apps: apps, bots: bots)
    }

    /// Makes people up around apps and bots: the same for the same apps each time. Those who are named come first in their corp.
    package init(apps: [App], bots: [Bot], named: [CorpID: [UserID]] = [:]) {
        var world = World(seed: WorldSeed(1))
        world.fill(around: apps.map(\.app.corpID), bots.map(\.id), named: named)
        self.init(world, apps: apps, bots: bots)
    }

    /// More members of a corp than these would not fit a dialog.
    private static let mostMembers = 200

    private init(_ world: World, apps: [App], bots: [Bot]) {
        self.apps = apps
        self.bots = bots
        corps = world.corps.map { corp in
            let members = corp.members.prefix(Roster.mostMembers).map { member in
                Member(
                    corp: corp.id, user: member.userID, name: member.name,
                    department: member.departments.first.flatMap { corp.department($0)?.name } ?? "",
                    language: member.language)
            }
            return Corp(id: corp.id, name: corp.name, members: Array(members))
        }
        groups = world.groups.map {
            Group(id: $0.id, name: $0.name, corp: $0.corp, members: $0.members, bots: $0.bots)
        }
    }
}
