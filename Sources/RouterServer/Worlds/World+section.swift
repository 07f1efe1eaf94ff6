import HTTP
import Simulator
import Text
import WeCom

extension World {
    private static let mostCorps = 100
    private static let mostBots = 1000

    /// Reads a world: a whole file of one, or the part of another file that describes one. `seed` goes before the one that is
    /// written there. What has no keys gets some that follow from the seed; `fill` then makes up what is still missing.
    init(_ section: Section, seed: WorldSeed? = nil) {
        self.init(seed: World.seed(section, given: seed))
        let seed = self.seed
        for section in section.sections("bots", atMost: World.mostBots) {
            let bot = Bot(section, seed)
            if self.bot(named: bot.name) != nil { section.fault("name", "is the name of another bot, too") }
            if bots.contains(where: { $0.id == bot.id }) { section.fault("bot_id", "is the id of another bot, too") }
            bots.append(bot)
            section.finish()
        }
        for section in section.sections("corps", atMost: World.mostCorps) {
            readCorp(section, seed)
            section.finish()
        }
    }

    /// The seed of a world: one that is given, else the one that is written, else always the same.
    private static func seed(_ section: Section, given: WorldSeed?) -> WorldSeed {
        let written = section.read("seed", .count(0...Int(UInt32.max)), default: 1)
        return given ?? WorldSeed(UInt64(written))
    }

    private mutating func readCorp(_ section: Section, _ seed: WorldSeed) {
        let corp = Corp(section, seed, index: corps.count)
        if self.corp(corp.id) != nil { section.fault("id", "is the id of another corp, too") }
        corps.append(corp)
        for section in section.sections("apps", atMost: 10_000) {
            let app = App(section, of: corp, seed)
            if self.app(named: app.name) != nil || bot(named: app.name) != nil {
                section.fault("name", "is the name of another app or bot, too")
            }
            if apps.contains(where: { $0.identity == app.identity }) {
                section.fault("agent_id", "is the number of another app of this corp, too")
            }
            apps.append(app)
            section.finish()
        }
        for section in section.sections("groups", atMost: 1000) {
            let group = Group(section, of: corp, bots)
            if groups.contains(where: { $0.id == group.id }) { section.fault("id", "is the id of another group, too") }
            groups.append(group)
            section.finish()
        }
    }
}

extension World.App {
    fileprivate init(_ section: Section, of corp: World.Corp, _ seed: WorldSeed) {
        let agentID = section.require("agent_id", .agentID)
        self.init(inventedFor: corp.id, agentID, named: section.require("name", .name), seed)
        if let written = section.secret("corp_secret", .corpSecret) { secret = written }
        if let written = section.secret("token", .callbackToken) { token = written }
        if let written = section.secret("encoding_aes_key", .encodingAESKey) { encodingAESKey = written }
        section.read("callback_url", .webURL, into: &callbackURL)
        if let addresses = section.list("trusted_ips", .address) {
            trustedAddresses = Set(addresses.compactMap(\.self))
        }
        if let users = section.list("seen_by", .userID) {
            section.checkMembers(users, "seen_by", of: corp)
            seenBy = Set(users)
        }
    }
}

extension World.Bot {
    fileprivate init(_ section: Section, _ seed: WorldSeed) {
        let name = section.require("name", .name)
        let id = section.read("bot_id", .botID, default: nil)
        switch section.read("mode", Form<Configuration.Bot.Mode>.word(), default: .webhook) {
        case .webhook:
            self.init(inventedWebhookNamed: name, id: id, seed)
            guard case .webhook(var token, var key) = wire else { return }
            if let written = section.secret("token", .callbackToken) { token = written }
            if let written = section.secret("encoding_aes_key", .encodingAESKey) { key = written }
            wire = .webhook(token: token, encodingAESKey: key)
            section.read("callback_url", .webURL, into: &callbackURL)
        case .socket:
            self.init(inventedSocketNamed: name, id: id, seed)
            if let written = section.secret("secret", .corpSecret) { wire = .socket(secret: written) }
        }
        section.read("name_in_chats", .nameInChats, into: &nameInChats)
    }
}

extension World.Group {
    /// Has all members and all bots, unless some are named.
    fileprivate init(_ section: Section, of corp: World.Corp, _ bots: [World.Bot]) {
        let id = section.require("id", .chatID)
        let members = section.list("members", .userID)
        if let members { section.checkMembers(members, "members", of: corp) }
        let names = section.list("bots", .name)
        for name in names ?? [] where !bots.contains(where: { $0.name.isSame(as: name) }) {
            section.fault(item: name, of: "bots", "names \(shown(name)): \(hint(for: name, among: bots.map(\.name)))")
        }
        let chosen = bots.filter { bot in names?.contains { bot.name.isSame(as: $0) } ?? true }
        self.init(
            id, name: section.read("name", .text, default: id.text), corp: corp.id,
            members: members ?? corp.members.map(\.userID), bots: chosen.map(\.id))
    }
}

extension Form where Value == IPAddress? {
    fileprivate static var address: Form {
        Form(placeholder: nil) { text in
            guard let address = IPAddress(text) else {
                return .mismatch("is \(shown(text)): write an address, as in 127.0.0.1 or ::1")
            }
            return .fits(address)
        }
    }
}

extension Section {
    fileprivate func checkMembers(_ users: [UserID], _ list: String, of corp: World.Corp) {
        let known = Set(corp.members.map(\.userID))
        for user in users where !known.contains(user) {
            let names = corp.members.prefix(100).map(\.userID.text)
            fault(item: user.text, of: list, "names \(shown(user.text)): \(hint(for: user.text, among: names))")
        }
    }
}
