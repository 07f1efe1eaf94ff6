import Router
import Simulator
import WeCom

extension Cast {
    /// Those of a configuration, as a world plays them.
    init(_ world: LoopbackWorld) {
        let apps = zip(world.configuration.apps, world.apps).map { Role(name: $0.name, party: .app($1)) }
        let ends =
            world.bots.map { (id: $0.id, party: Role.Party.webhook($0)) }
            + world.socketBots.map { (id: $0.id, party: Role.Party.socket($0)) }
        let bots = world.configuration.bots.compactMap { bot in
            ends.first { bot.endpoint == .bot($0.id) }.map { Role(bot, $0.party) }
        }
        self.init(roles: apps + bots)
    }

    /// Those of a world that is played.
    init(_ world: World) throws {
        let apps = try world.apps.map { Role(name: $0.name, party: .app(try $0.played())) }
        let bots = try world.bots.compactMap { bot -> Role? in
            let party = try bot.playedWebhook().map(Role.Party.webhook) ?? bot.playedSocket.map(Role.Party.socket)
            guard let party else { return nil }
            var role = Role(name: bot.name, party: party, nameInChats: bot.nameInChats)
            if let group = world.group(of: bot.id) { role.group = group.id }
            return role
        }
        self.init(roles: apps + bots)
    }
}

extension Cast.Role {
    /// A bot is called in a group where it may answer, if there is one.
    fileprivate init(_ bot: Configuration.Bot, _ party: Party) {
        self.init(name: bot.name, party: party, nameInChats: bot.nameInChats)
        let groups = bot.policy.chats
        if !groups.all, let group = groups.some.min(by: { $0.text < $1.text }) { self.group = group }
    }
}
