import Simulator
import Testing
import WeCom

@testable import RouterServer

@Suite("Worlds that are described in a file") struct WorldFileTests {
    private func load(_ yaml: String, seed: WorldSeed? = nil) throws -> World {
        try World.load("world.yaml", seed: seed, environment: ["KEY": "fromenv"], files: .texts(["world.yaml": yaml]))
    }

    private func faults(_ yaml: String) throws -> [String] {
        do {
            _ = try load(yaml)
            return []
        } catch ConfigurationError.faults(let faults, _) {
            return faults.map(\.description)
        }
    }

    private static let whole = """
        seed: 7
        corps:
          - id: ww0123456789abcdef
            name: 云杉集团
            departments:
              - { id: 2, name: 平台部 }
              - { id: 3, name: 值班, parent: 2 }
            tags: [ { id: 5, name: oncall, departments: [3] } ]
            members:
              - { id: zhangsan, name: 张三, departments: [3, 2], tags: [5] }
              - { id: Maya, name: Maya Chen, language: en }
            people: 30
            apps:
              - { name: coder, agent_id: 1000002, corp_secret: "${KEY}", seen_by: [zhangsan] }
              - { name: desk, agent_id: 1000003, callback_url: "http://127.0.0.1:9/cb" }
            groups:
              - { id: wrRelease, name: 发布群, members: [zhangsan, maya], bots: [helper] }
        bots:
          - { name: helper, bot_id: aibHelper, name_in_chats: 助手 }
          - { name: assistant, mode: socket, secret: "a secret of mine" }
        """.replacing("a secret of mine", with: "aSecretOfMine")

    @Test("what is written is there, what is left out follows from the seed")
    func whole() throws {
        let world = try load(Self.whole)
        let corp = try #require(world.corps.first)
        #expect(corp.name == "云杉集团" && !corp.isOpen && corp.members.count == 32)
        #expect(corp.member(UserID("zhangsan"))?.departments == [3, 2])
        #expect(corp.member(UserID("maya"))?.language == .english)
        #expect(corp.members.allSatisfy { $0.departments.allSatisfy { [1, 2, 3].contains($0) } })
        #expect(Set(corp.members.map(\.userID)).count == 32)
        #expect(world.app(named: "coder")?.secret == Secret("fromenv"))
        #expect(world.app(named: "coder")?.seenBy == [UserID("zhangsan")])
        #expect(world.app(named: "desk")?.callbackURL == "http://127.0.0.1:9/cb")
        #expect(world.bot(named: "assistant")?.wire == .socket(secret: Secret("aSecretOfMine")))
        #expect(world.groups.first?.bots == [BotID("aibHelper")])
        #expect(try load(Self.whole) == world)
        #expect(try load(Self.whole, seed: WorldSeed(8)) != world)
    }

    @Test("an app keeps its keys when another is added before it")
    func stable() throws {
        let apps = { (more: String) in "corps: [ { id: ww1, apps: [ \(more){ name: b, agent_id: 2 } ] } ]" }
        let alone = try load(apps("")).app(named: "b")
        let beside = try load(apps("{ name: a, agent_id: 1 }, ")).app(named: "b")
        #expect(alone != nil && alone == beside)
    }

    @Test("a corp without people gets some, and a bot without a group")
    func filled() throws {
        var world = try load("corps: [ { id: ww1 } ]\nbots: [ { name: helper } ]")
        world.fill()
        #expect(world.corps.first?.members.first?.userID == UserID("zhangsan"))
        #expect(world.group(of: world.bots[0].id)?.members.count == world.corps[0].members.count)
    }

    @Test(
        "a fault is told with its line",
        arguments: [
            ("corps:\n  - { name: x }", "world.yaml:2:5: corps[0].id is missing"),
            ("corps:\n  - id: ww1\n    people: 10001", "world.yaml:3:13: corps[0].people is 10001: it must be"),
            (
                "corps:\n  - id: ww1\n    peeple: 3",
                "world.yaml:3:5: corps[0].peeple is not a known key: did you mean people?"
            ),
            ("corps:\n  - id: ww1\n  - id: ww1", "world.yaml:3:9: corps[1].id is the id of another corp, too"),
            (
                "corps:\n  - id: ww1\n    members:\n      - { id: a b }",
                "world.yaml:4:15: corps[0].members[0].id is \"a b\", which is no user id"
            ),
            (
                "corps:\n  - id: ww1\n    members:\n      - { id: a }\n      - { id: A }",
                "world.yaml:5:15: corps[0].members[1].id is A, who is listed already"
            ),
            (
                "corps:\n  - id: ww1\n    members:\n      - { id: a, departments: [9] }",
                "world.yaml:4:32: corps[0].members[0].departments names 9, which is no department"
            ),
            (
                "corps:\n  - id: ww1\n    departments:\n      - { id: 2, name: x, parent: 2 }",
                "world.yaml:4:35: corps[0].departments[0].parent is 2, which is no department that is listed above it"
            ),
            (
                "corps:\n  - id: ww1\n    members: [ { id: anna } ]\n    apps:\n      - { name: a, agent_id: 1, seen_by: [ana] }",
                "world.yaml:5:43: corps[0].apps[0].seen_by names ana: did you mean anna?"
            ),
            (
                "bots: [ { name: helper } ]\ncorps:\n  - id: ww1\n    groups: [ { id: wr1, bots: [helpr] } ]",
                "world.yaml:4:33: corps[0].groups[0].bots names helpr: did you mean helper?"
            ),
            (
                "corps:\n  - id: ww1\n    apps: [ { name: a, agent_id: 1, encoding_aes_key: short } ]",
                "world.yaml:3:55: corps[0].apps[0].encoding_aes_key is 5 characters, must be 43"
            ),
            ("bots:\n  - { name: a, mode: pigeon }", "world.yaml:2:22: bots[0].mode is pigeon"),
            (
                "bots:\n  - { name: a }\n  - { name: a }",
                "world.yaml:3:13: bots[1].name is the name of another bot, too"
            ),
            ("- a", "world.yaml:1:1: the file must hold keys"),
            ("corps: &x []", "world.yaml:1:8"),
        ])
    func faulty(yaml: String, fault: String) throws {
        let found = try faults(yaml)
        #expect(found.contains { $0.hasPrefix(fault) }, "\(found)")
    }

    @Test("a configuration's keys go before those of the file, which says who sees the app")
    func joined() throws {
        let configuration = try loadConfiguration(
            ConfigurationSample.own(
                corp: "ww0123456789abcdef", more: "    allowed_users: [lisi]\n    api_base_url: http://127.0.0.1:8650"))
        var world = try load(Self.whole)
        world.take(configuration)
        world.fill(for: configuration, first: nil)
        let app = try #require(world.app(named: "dept-a"))
        #expect(app.secret == Secret("hushhush") && app.seenBy == [UserID("zhangsan")])
        #expect(world.app(named: "coder") == nil && world.app(named: "desk") != nil)
        #expect(world.corps.count == 1 && world.corps[0].members.first?.userID == UserID("lisi"))
    }

    @Test("around a configuration that lets some write there are these and nobody else")
    func closed() throws {
        var world = World(seed: WorldSeed(1))
        let configuration = try loadConfiguration(ConfigurationSample.own(more: "    allowed_users: [lisi, anna]"))
        world.take(configuration)
        world.fill(for: configuration, first: nil)
        #expect(world.corps[0].members.map(\.name) == ["anna", "李思"])
        let open = try loadConfiguration(ConfigurationSample.own())
        var other = World(seed: WorldSeed(1))
        other.take(open)
        other.fill(for: open, first: UserID("you"))
        #expect(other.corps[0].members.first?.userID == UserID("you") && other.corps[0].members.count == 5)
    }

    @Test("callbacks go where the file says, else to the router, and all of them where the command line says")
    func directed() throws {
        var world = try load(Self.whole)
        world.direct(to: "http://127.0.0.1:8645/wecom/callback", bots: "/wecom/bot", replacing: false)
        #expect(world.app(named: "coder")?.callbackURL == "http://127.0.0.1:8645/wecom/callback")
        #expect(world.app(named: "desk")?.callbackURL == "http://127.0.0.1:9/cb")
        #expect(world.bot(named: "helper")?.callbackURL == "http://127.0.0.1:8645/wecom/bot/helper")
        world.direct(to: "http://127.0.0.1:7/x", bots: "/wecom/bot", replacing: true)
        #expect(world.app(named: "desk")?.callbackURL == "http://127.0.0.1:7/x")
        #expect(world.bot(named: "helper")?.callbackURL == "http://127.0.0.1:7/wecom/bot/helper")
    }

    @Test("the configuration that is printed for a world is one, with its apps and bots")
    func printed() throws {
        var world = try load(Self.whole)
        world.fill()
        let text = world.configurationText(forWeComAt: LoopbackURL(port: 8650))
        let configuration = try loadConfiguration(text)
        #expect(configuration.apps.map(\.name) == ["coder", "desk"] && configuration.bots.count == 2)
        var again = World(seed: world.seed)
        again.take(configuration)
        #expect(again.apps.map(\.secret) == world.apps.map(\.secret))
        #expect(again.bots.map(\.wire) == world.bots.map(\.wire))
    }
}
