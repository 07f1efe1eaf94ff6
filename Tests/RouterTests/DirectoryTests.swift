import Lanes
import Router
import Testing
import WeCom

@Suite struct PolicyTests {
    @Test("nobody may write unless somebody said so")
    func nobody() {
        #expect(Policy.nobody.verdict(on: UserID("zhangsan")) == .refused && Policy.nobody.isNobody)
        #expect(Policy.all.verdict(on: UserID("zhangsan")) == .allowed && !Policy.all.isNobody)
    }

    @Test(
        "a list goes by the id, not by its spelling",
        arguments: [("ZhangSan", true), ("zhangsan", true), ("zhangsan ", false), ("lisi", false), ("", false)]
    )
    func list(_ user: String, _ isAllowed: Bool) {
        var policy = Policy()
        policy.users = [UserID("zhangSAN")]
        #expect(policy.verdict(on: UserID(user)) == (isAllowed ? .allowed : .refused))
    }

    @Test("departments and tags take a look into the address book, but for those who are named")
    func groups() {
        var policy = Policy()
        policy.users = [UserID("zhangsan")]
        policy.groups.tags = [7]
        #expect(policy.verdict(on: UserID("zhangsan")) == .allowed)
        #expect(policy.verdict(on: UserID("lisi")) == .undecided)
    }
}

@Suite struct AppDirectoryTests {
    @Test("an app is found by key, by name, and its corp is known")
    func found() throws {
        let directory = AppDirectory([try app("a", "ww1", 1), try app("b", "ww1", 2), try app("c", "ww2", 1)])
        #expect(directory[AppKey(corpID: CorpID("ww1"), agentID: AgentID(2))]?.name == "b")
        #expect(directory[named: "c"]?.endpoint.description == "ww2/1")
        #expect(directory[named: "d"] == nil && directory[AppKey(corpID: CorpID("ww2"), agentID: AgentID(2))] == nil)
        #expect(directory.serves(CorpID("ww2")) && !directory.serves(CorpID("ww3")))
    }

    @Test("the app of the hint comes first, then those that share its token")
    func hint() throws {
        let directory = AppDirectory([
            try app("a", "ww1", 1, token: "shared"), try app("b", "ww1", 2, token: "shared"), try app("c", "ww1", 3),
        ])
        let callback = seal(by: try keys("shared"))
        #expect(
            directory.signers(of: callback, in: CorpID("ww1"), preferring: AgentID(2))?.map(\.app.name) == ["b", "a"])
        #expect(directory.signers(of: callback, in: CorpID("ww1"), preferring: nil)?.map(\.app.name) == ["a", "b"])
    }

    @Test("a hint that is wrong costs nothing but time", arguments: [AgentID(3), AgentID(99), nil])
    func wrongHint(agent: AgentID?) throws {
        let directory = AppDirectory([try app("a", "ww1", 1), try app("b", "ww1", 2), try app("c", "ww1", 3)])
        let callback = seal(by: try keys("token b"))
        #expect(directory.signers(of: callback, in: CorpID("ww1"), preferring: agent)?.map(\.app.name) == ["b"])
    }

    @Test("only the corp of the hint is looked at")
    func otherCorp() throws {
        let directory = AppDirectory([try app("a", "ww1", 1), try app("b", "ww2", 1)])
        let callback = seal(by: try keys("token b"))
        #expect(directory.signers(of: callback, in: CorpID("ww1"), preferring: AgentID(1)) == nil)
        #expect(directory.signers(of: callback, in: CorpID("ww3"), preferring: AgentID(1)) == nil)
        #expect(directory.signers(of: callback)?.map(\.app.name) == ["b"])
    }

    @Test(
        "old keys are tried behind those in force, whatever the hint, and an old token takes the place of none in force"
    )
    func former() throws {
        func keyed(_ agent: AgentID?, _ token: String, _ directory: AppDirectory) throws -> [String]? {
            directory.signers(of: seal(by: try keys(token)), in: CorpID("ww1"), preferring: agent)?
                .map { "\($0.app.name) \($0.former?.rawValue ?? "-")" }
        }
        let former = try FormerKeys.all(
            token: Secret("token a"), encodingAESKey: Secret(String(repeating: "k", count: 43)),
            oldToken: Secret("token b"), oldEncodingAESKey: Secret(String(repeating: "o", count: 43)))
        let changing = App(
            .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))), name: "a", keys: try keys("token a"),
            formerKeys: former, agent: "echo", policy: .all, speech: .app)
        let directory = AppDirectory([changing, try app("b", "ww1", 2)])
        #expect(try keyed(nil, "token a", directory) == ["a -", "a encoding_aes_key"])
        #expect(try keyed(AgentID(1), "token b", directory) == ["a token", "a both", "b -"])
        #expect(try keyed(AgentID(2), "token b", directory) == ["b -", "a token", "a both"])

        let many = try (1...63).map { try app("app\($0)", "ww1", Int64($0 + 2)) }
        let full = AppDirectory([changing] + many)
        #expect(try keyed(nil, "token app63", full) == ["app63 -"])
        #expect(try keyed(nil, "token b", full) == nil && keyed(AgentID(1), "token b", full)?.count == 2)
    }

    @Test("64 tokens are tried, in a corp and in all")
    func cap() throws {
        let apps = try (1...70).map { try app("app\($0)", "ww1", Int64($0)) }
        let directory = AppDirectory(apps)
        let last = seal(by: try keys("token app64")), beyond = seal(by: try keys("token app65"))
        #expect(directory.signers(of: last)?.map(\.app.name) == ["app64"])
        #expect(directory.signers(of: beyond) == nil)
        #expect(directory.signers(of: last, in: CorpID("ww1"), preferring: nil)?.map(\.app.name) == ["app64"])
        #expect(directory.signers(of: beyond, in: CorpID("ww1"), preferring: nil) == nil)
        #expect(directory.signers(of: beyond, in: CorpID("ww1"), preferring: AgentID(65))?.map(\.app.name) == ["app65"])
    }

    @Test("apps that share a token count once, and 64 of them are tried")
    func shared() throws {
        let many = try (1...500).map { try app("app\($0)", "ww\($0)", 1, token: "shared") }
        let directory = AppDirectory(many + [try app("last", "ww1", 2)])
        #expect(directory.signers(of: seal(by: try keys("token last")))?.map(\.app.name) == ["last"])
        #expect(directory.signers(of: seal(by: try keys("shared")))?.count == 64)
        #expect(directory.signers(of: seal(by: try keys("nobody's"))) == nil)
    }

    private func app(_ name: String, _ corp: String, _ agent: Int64, token: String? = nil) throws -> App {
        App(
            .app(AppKey(corpID: CorpID(corp), agentID: AgentID(agent))),
            name: name,
            keys: try keys(token ?? "token \(name)"),
            agent: "echo",
            policy: .all,
            speech: AppLane.speech
        )
    }

    private func keys(_ token: String) throws -> CallbackKeys {
        try CallbackKeys(token: Secret(token), encodingAESKey: Secret(String(repeating: "k", count: 43)))
    }

    private func seal(by keys: CallbackKeys) -> Callback {
        keys.seal(message: [1], receiver: "ww1", timestamp: "1", nonce: "2")
    }
}
