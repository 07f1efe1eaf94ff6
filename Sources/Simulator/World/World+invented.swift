import Crypto
package import WeCom

extension World {
    /// An app and two bots of a corp, one that is called and one that connects: what one sees who has nothing yet. Or more of
    /// them.
    package static func invented(_ seed: WorldSeed, apps: Int = 1, bots: Int = 2) -> World {
        let corp = CorpID("ww000000000000001c")
        var world = World(seed: seed)
        func name(_ first: String, _ number: Int) -> String { number == 0 ? first : "\(first)-\(number + 1)" }
        world.apps = (0..<apps).map { number in
            App(inventedFor: corp, AgentID(1_000_002 + Int64(number)), named: name("simulated", number), seed)
        }
        world.bots = (0..<bots).map { number in
            number.isMultiple(of: 2)
                ? Bot(inventedWebhookNamed: name("helper", number / 2), seed)
                : Bot(inventedSocketNamed: name("assistant", number / 2), seed)
        }
        world.fill()
        return world
    }

    /// Makes up what is missing around its apps and bots: their corps, people in corps that have none, and a group for bots
    /// that have none. Those who are `named` come first in their corp, and in some corps there are no others.
    package mutating func fill(named: [CorpID: [UserID]] = [:], onlyNamed closed: Set<CorpID> = []) {
        fill(around: apps.map(\.corpID), bots.map(\.id), named: named, onlyNamed: closed)
    }

    /// The same around apps of these corps and bots of these ids.
    package mutating func fill(
        around ids: [CorpID], _ bots: [BotID], named: [CorpID: [UserID]] = [:],
        onlyNamed closed: Set<CorpID> = []
    ) {
        for id in ids where corp(id) == nil { addCorp(id) }
        addCorpOfBots()
        for index in corps.indices {
            let corp = corps[index]
            corps[index].add(named[corp.id] ?? [])
            guard corp.members.isEmpty, !closed.contains(corp.id) else { continue }
            let people = InventedPeople(seed: seed, corp: corp.id, index: index)
            if corp.departments.isEmpty { corps[index].departments = people.departments }
            corps[index].members += people.members.filter { corps[index].member($0.userID) == nil }
        }
        for index in groups.indices where groups[index].members.isEmpty {
            groups[index].members = corp(groups[index].corp)?.members.map(\.userID) ?? []
        }
        let homeless = bots.filter { group(of: $0) == nil }
        guard !homeless.isEmpty else { return }
        for (index, corp) in corps.enumerated() { addGroup(of: corp, number: index, for: homeless) }
    }

    /// Enters somebody into the first corp, before all others.
    package mutating func enter(_ user: UserID) {
        guard !corps.isEmpty else { return }
        corps[0].add([user])
    }

    /// Makes a corp for bots that are alone, which have none to be in.
    package mutating func addCorpOfBots() {
        if corps.isEmpty { addCorp(CorpID("ww0000000000000001")) }
    }

    private mutating func addCorp(_ id: CorpID) {
        let people = InventedPeople(seed: seed, corp: id, index: corps.count)
        corps.append(Corp(id, name: people.name, isOpen: true))
    }

    private mutating func addGroup(of corp: Corp, number: Int, for bots: [BotID]) {
        let id = ChatID("wrPlayground\(number + 1)")
        guard !groups.contains(where: { $0.id == id }) else { return }
        groups.append(
            Group(
                id, name: number == 0 ? "发布群" : "\(corp.name)群", corp: corp.id, members: corp.members.map(\.userID),
                bots: bots))
    }
}

extension World.Corp {
    /// Enters those who are not in it yet, before all others, by the names that they have elsewhere among us.
    fileprivate mutating func add(_ users: [UserID]) {
        let new = users.filter { member($0) == nil }.map { user in
            World.Member(user, name: InventedPeople.name(of: user) ?? user.text)
        }
        members.insert(contentsOf: new, at: 0)
    }

    /// Makes up so many people besides those who are in it; `index` is its number among the corps.
    package mutating func invent(_ count: Int, _ seed: WorldSeed, index: Int) {
        let people = InventedPeople(seed: seed, corp: id, index: index)
        if departments.isEmpty { departments = people.departments }
        members += people.members(count, besides: members, in: departments)
    }
}

extension World.App {
    /// An app whose keys are made up.
    package init(inventedFor corp: CorpID, _ agent: AgentID, named name: String, _ seed: WorldSeed) {
        let place = "\(corp.text)/\(agent)"
        self.init(
            name: name, corpID: corp, agentID: agent, secret: Secret(seed.text(43, for: "\(place)/secret")),
            token: Secret(seed.text(32, for: "\(place)/token")),
            encodingAESKey: Secret(seed.text(43, for: "\(place)/key")))
    }
}

extension World.Bot {
    package init(inventedWebhookNamed name: String, id: BotID? = nil, _ seed: WorldSeed) {
        self.init(
            name: name, id: id ?? World.Bot.inventedID(name, seed),
            .webhook(
                token: Secret(seed.text(32, for: "bot/\(name)/token")),
                encodingAESKey: Secret(seed.text(43, for: "bot/\(name)/key"))))
    }

    package init(inventedSocketNamed name: String, id: BotID? = nil, _ seed: WorldSeed) {
        self.init(
            name: name, id: id ?? World.Bot.inventedID(name, seed),
            .socket(secret: Secret(seed.text(43, for: "bot/\(name)/secret"))))
    }

    private static func inventedID(_ name: String, _ seed: WorldSeed) -> BotID {
        BotID("aib" + seed.text(20, for: "bot/\(name)/id"))
    }
}
