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

    /// Those of a configuration, whose callbacks go where it has them: to `callbackURL`, where that is given, in place of it.
    init(_ configuration: Configuration, callbackURL: String?) throws {
        let server = configuration.server
        let ours = "http://127.0.0.1:\(server.port)"
        let apps = try configuration.apps.map { app in
            Role(name: app.name, party: .app(try FakeApp(app, callbackURL: callbackURL ?? ours + server.path)))
        }
        let base = callbackURL.flatMap { Cast.origin(of: $0) } ?? ours
        let bots = try configuration.bots.compactMap { bot -> Role? in
            if var fake = try FakeBot(bot) {
                fake.callbackURL = "\(base)\(server.botPath)/\(bot.name)"
                return Role(bot, .webhook(fake))
            }
            return FakeSocketBot(bot).map { Role(bot, .socket($0)) }
        }
        self.init(roles: apps + bots)
    }

    /// Scheme, host and port of a URL.
    private static func origin(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)  // short: an option
        return parts.count > 2 ? parts.prefix(3).joined(separator: "/") : nil
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
