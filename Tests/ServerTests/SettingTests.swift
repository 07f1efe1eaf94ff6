import Observability
import Testing
import WeCom

@testable import RouterServer

@Suite("What a reload does with a setting") struct SettingTests {
    private static let sections: [(name: String, value: any Sendable)] = [
        ("server", Configuration.Server()), ("management", Configuration.Management()),
        ("store", Configuration.Store()), ("workers", Configuration.Workers()), ("log", Configuration.Log()),
    ]

    @Test(
        "every setting is either put in force by a reload, or told to need a restart", arguments: sections.map(\.name))
    func complete(section: String) throws {
        let value = try #require(SettingTests.sections.first { $0.name == section }).value
        let keys = (Setting.reloaded + Setting.restarted).map(\.key).filter { $0.hasPrefix(section + ".") }
        #expect(keys.count == Mirror(reflecting: value).children.count)
        #expect(Set(keys).count == keys.count)
    }

    @Test("a change that needs a restart is told, and what runs keeps its value")
    func restart() {
        var read = Configuration()
        read.server.port = 9999
        read.log.level = .debug
        let report = ReloadReport(from: Configuration(), to: read)
        #expect(report.needsRestart == ["server.port"] && report.settings == ["log.level"])
        let next = read.keepingWhatNeedsARestart(of: Configuration())
        #expect(next.server.port == 8645 && next.log.level == .debug)
        #expect(ReloadReport(from: next, to: read).needsRestart == ["server.port"])
    }

    @Test("apps are told by their identity: a new name is a change, a new number another app, a new place nothing")
    func apps() {
        func app(_ name: String, _ agent: Int64, at place: Int) -> Configuration.App {
            var app = Configuration.App(
                name: name, corpID: CorpID("ww1"), corpSecret: Secret("s"), agentID: AgentID(agent),
                token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)), agent: "echo")
            app.key = "apps[\(place)]"
            return app
        }
        var (old, new) = (Configuration(), Configuration())
        old.apps = [app("a", 1, at: 0), app("b", 2, at: 1), app("c", 3, at: 2)]
        new.apps = [app("c", 3, at: 0), app("other", 2, at: 1), app("a", 4, at: 2)]
        let report = ReloadReport(from: old, to: new)
        #expect(report.apps == .init(added: ["a"], changed: ["other"], removed: ["a"]))
        #expect(ReloadReport(from: old, to: old).isEmpty)
    }
}
