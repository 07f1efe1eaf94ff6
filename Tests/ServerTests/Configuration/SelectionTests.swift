import Router
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("What serve --only names") struct SelectionTests {
    private static let bots = """
        bots:
          - { name: work, mode: socket, bot_id: aib1, secret: s, agent: helper, allow_all_users: true }
          - { name: desk, mode: socket, bot_id: aib2, secret: s, agent: helper, allow_all_users: true }
        """

    private func configuration() throws -> Configuration {
        try loadConfiguration(ConfigurationSample.own() + "\n" + Self.bots + "\n")
    }

    private func fault(_ selectors: [String]) throws -> String {
        let configuration = try configuration()
        do {
            _ = try Selection(selectors, among: configuration)
            return "none"
        } catch { return error.description }
    }

    @Test("is served, and what is not waits: nothing of it is taken, and it keeps its name")
    func served() throws {
        var configuration = try configuration()
        configuration.selection = try Selection(["bot/work"], among: configuration)
        let directory = try configuration.directory()
        #expect(directory.apps.map(\.name) == ["work"])
        #expect(directory.dormant.map(\.app.name) == ["dept-a", "desk"])
        #expect(directory.dormant.allSatisfy { $0.reason == .leftOut })
        let left = try #require(directory.dormant.first?.app.endpoint)
        #expect(directory.shownName(of: left) == "dept-a")
        let rules = AppTraffic().rules(free: 64, of: 64, at: .steady, Serving(directory))
        #expect(!rules.admits(left) && rules.admits(.bot(BotID("aib1"))))
    }

    @Test("is refused where it is malformed, unknown or named twice, with what there is")
    func refused() throws {
        let all = "There are: app/dept-a, bot/work, bot/desk"
        for (selectors, words) in [
            (["work"], "--only takes app/NAME or bot/NAME, not work."),
            (["wecom=work"], "not wecom=work."),
            (["bot/wrok"], "names bot/wrok, which there is not: did you mean bot/work?."),
            (["bot/"], "names bot/, which there is not"),
            (["app/work"], "names app/work, which there is not"),
            (["bot/work", "bot/work"], "names bot/work twice."),
        ] {
            let found = try fault(selectors)
            #expect(found.contains(words) && found.hasSuffix(all), "\(found)")
        }
        #expect(try fault(["bot/work", "app/dept-a"]) == "none")
    }

    @Test("may be said more than once on the command line, as other options may not")
    func repeated() throws {
        let options = try Options(["--only", "bot/a", "--only=app/b"], of: ServeCommand.help)
        #expect(options.all("--only") == ["bot/a", "app/b"] && options.all("--config") == [])
        #expect(throws: UsageError.self) { try Options(["--config", "a", "--config", "b"], of: ServeCommand.help) }
    }
}
