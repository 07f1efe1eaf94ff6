import JSON
import Router
import Testing
import WeCom

@testable import RouterServer

@Suite struct AppStandingsTests {
    @Test("beyond a thousand apps the series are the numbers of the others, and the page of readiness names a hundred")
    func bounds() throws {
        let apps = try (1...1500).map { number in
            try App(
                Configuration.App(
                    name: "app-\(number)", corpID: CorpID("ww1"), corpSecret: Secret("s"),
                    agentID: AgentID(Int64(number)), token: Secret("t"),
                    encodingAESKey: Secret(String(repeating: "k", count: 43)), agent: "echo"))
        }
        let standings = AppStandings(Serving(AppDirectory(apps)))
        let series = standings.series
        #expect(series.count == 1000 + Standing.State.allCases.count)
        #expect(series.first?.labels == #"app="app-1",state="unknown""#)
        #expect(series.first { $0.labels == #"app="other",state="unknown""# }?.value == 500)
        #expect(standings.summary["unknown"] == 1500 && standings.summary["troubled"] == [])
    }

    @Test("a page begins behind an app, and behind nothing else")
    func pages() throws {
        let apps = try (1...3).map { number in
            try App(
                Configuration.App(
                    name: "app-\(number)", corpID: CorpID("ww1"), corpSecret: Secret("s"),
                    agentID: AgentID(Int64(number)), token: Secret("t"),
                    encodingAESKey: Secret(String(repeating: "k", count: 43)), agent: "echo"))
        }
        var bot = Configuration.Bot(name: "helper", .socket(.init(secret: Secret("s"))), agent: "echo")
        bot.botID = BotID("aib1")
        let standings = AppStandings(Serving(AppDirectory(apps + [try App(bot)])))
        #expect(standings.page(behind: nil, atMost: 2)?.next == "app-2")
        #expect(standings.page(behind: "app-2", atMost: 2)?.apps.array?.count == 1)
        #expect(standings.page(behind: "helper", atMost: 2) == nil)
    }
}
