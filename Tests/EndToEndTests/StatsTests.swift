import Foundation
import JSON
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("wecom-router stats", .timeLimit(.minutes(5)))
struct StatsTests {
    private func stats(_ arguments: String..., in world: LoopbackWorld) async throws -> Program.Ending {
        try await Program(running: ["stats"] + arguments, in: world.directory).finish()
    }

    private func rows(by grouping: String, in world: LoopbackWorld) async throws -> [JSONValue] {
        let ending = try await stats("--by", grouping, "--json", in: world)
        #expect(ending.status == 0, "\(ending.errors)")
        return try JSONValue(parsing: Array(ending.output.utf8))["stats"]?.array ?? []
    }

    @Test("counts jobs by app, person, agent, day and outcome, each of them once")
    func groups() async throws {
        try await withWorld(apps: ["dept-a", "dept-b"]) { world in
            try world.writeConfiguration()
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            let said = [(0, "u1", "OK a"), (0, "u1", "FAIL b"), (0, "u2", "OK c"), (1, "u1", "OK d")]
            for (count, (app, user, words)) in said.enumerated() {
                await world.wecom.say(words, as: UserID(user), to: world.apps[app])
                _ = await world.wecom.transcript.delivered(atLeast: count + 1)
            }
            let apps = try await rows(by: "app", in: world)
            #expect(apps.map { $0["app"]?.string } == ["dept-a", "dept-b"], "the most jobs first")
            #expect(apps.map { $0["jobs"]?.integer } == [3, 1])
            #expect(apps.first?["done"] == 2 && apps.first?["failed"] == 1 && apps.first?["open"] == 0)
            #expect(apps.first?["app_key"]?.string == "\(world.apps[0].corpID)/\(world.apps[0].agentID)")
            let agents = try await rows(by: "agent", in: world).map { $0["agent"]?.string }
            #expect(agents == ["echo"])
            let outcomes = try await rows(by: "outcome", in: world).map { $0["outcome"]?.string }
            #expect(outcomes == ["done", "failed"])
            for grouping in ["app", "user", "agent", "day", "outcome"] {
                let jobs = try await rows(by: grouping, in: world).compactMap { $0["jobs"]?.integer }
                #expect(jobs.reduce(0, +) == said.count, "\(grouping)")
            }
            let table = try await stats("--by", "day", "--since", "today", in: world)
            #expect(table.output.contains("DAY (Asia/Shanghai)") && table.output.contains(" 4 "), "\(table.output)")
            let one = try await stats("--limit", "1", in: world)
            #expect(one.output.contains("… and 1 more; see --limit"))
            let wrong = try await stats("--by", "weather", in: world)
            #expect(wrong.status == 2 && wrong.errors.contains("app, user, agent, day, outcome"))
            router.stop()
            try await router.ended()
        }
    }
}
