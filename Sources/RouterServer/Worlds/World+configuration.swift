import Router
import Simulator
import WeCom

extension World {
    /// Takes in the apps and bots of a configuration, whose keys are theirs: of one that is described already, only who sees
    /// it and where its callbacks go is kept.
    mutating func take(_ configuration: Configuration) {
        for app in configuration.apps { take(App(app)) }
        if apps.isEmpty { addCorpOfBots() }
        for bot in configuration.bots where bot.botID != nil || bot.webhook != nil {
            take(Bot(bot))
            let allowed = bot.policy.chats
            if !allowed.all, let chat = allowed.some.min(by: { $0.text < $1.text }) { take(chat, of: Bot(bot).id) }
        }
    }

    private mutating func take(_ app: App) {
        guard let index = apps.firstIndex(where: { $0.identity == app.identity }) else { return apps.append(app) }
        var app = app
        (app.seenBy, app.callbackURL) = (apps[index].seenBy, apps[index].callbackURL)
        app.trustedAddresses = apps[index].trustedAddresses
        apps[index] = app
    }

    private mutating func take(_ bot: Bot) {
        guard let index = bots.firstIndex(where: { $0.id == bot.id }) else { return bots.append(bot) }
        var bot = bot
        bot.callbackURL = bots[index].callbackURL
        bots[index] = bot
    }

    /// A group that a bot may answer in. Its people are everybody in its corp.
    private mutating func take(_ chat: ChatID, of bot: BotID) {
        if let index = groups.firstIndex(where: { $0.id == chat }) {
            if !groups[index].bots.contains(bot) { groups[index].bots.append(bot) }
        } else if let corp = corps.first?.id ?? apps.first?.corpID {
            groups.append(Group(chat, name: chat.text, corp: corp, members: [], bots: [bot]))
        }
    }

    /// Makes up what is missing, around people who may write by a configuration. Where only some may there are no others.
    mutating func fill(for configuration: Configuration, first user: UserID?) {
        var named: [CorpID: [UserID]] = [:]
        for app in configuration.apps {
            let listed = [user].compactMap { $0 } + app.policy.users.sorted { $0.folded < $1.folded }
            named[app.corpID, default: []] += listed.filter { !named[app.corpID, default: []].contains($0) }
        }
        let open = Set(configuration.apps.filter(\.policy.everyone).map(\.corpID))
        fill(named: named, onlyNamed: Set(named.filter { !$0.value.isEmpty }.keys).subtracting(open))
    }

    /// Sends the callbacks of apps to `url`, and those of bots to their paths beneath `botPath` at the same host and port; those
    /// that have an address already go on to it unless `replacing` says otherwise.
    mutating func direct(to url: String, bots botPath: String, replacing: Bool) {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)  // short: an option
        let origin = parts.prefix(3).joined(separator: "/")
        for index in apps.indices where replacing || apps[index].callbackURL.isEmpty { apps[index].callbackURL = url }
        for index in bots.indices where replacing || bots[index].callbackURL.isEmpty {
            bots[index].callbackURL = "\(origin)\(botPath)/\(bots[index].name)"
        }
    }
}

extension World.App {
    fileprivate init(_ app: Configuration.App) {
        self.init(
            name: app.name, corpID: app.corpID, agentID: app.agentID, secret: app.corpSecret, token: app.token,
            encodingAESKey: app.encodingAESKey)
        hearsVisits = app.conduct.greeting != nil
    }
}

extension World.Bot {
    fileprivate init(_ bot: Configuration.Bot) {
        let wire: Wire =
            switch bot.wire {
            case .webhook(let webhook): .webhook(token: webhook.token, encodingAESKey: webhook.encodingAESKey)
            case .socket(let socket): .socket(secret: socket.secret)
            }
        self.init(name: bot.name, id: bot.botID ?? BotID(bot.name), wire)
        nameInChats = bot.nameInChats
    }
}
