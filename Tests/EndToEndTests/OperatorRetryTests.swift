import Foundation
import JSON
import Router
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("Trying many again", .timeLimit(.minutes(5)))
struct OperatorRetryTests {
    /// A world in which three jobs of two people have failed, and one was done.
    private func withFailures(_ body: (LoopbackWorld) async throws -> Void) async throws {
        try await withWorld { world in
            try world.writeConfiguration()
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            for (count, (user, words)) in [("u1", "FAIL a"), ("u1", "OK b"), ("u2", "FAIL c"), ("u2", "FAIL 数据库")]
                .enumerated()
            {
                await world.wecom.say(words, as: UserID(user), to: world.apps[0])
                _ = await world.wecom.transcript.delivered(atLeast: count + 1)
            }
            try await body(world)
            router.stop()
            try await router.ended()
        }
    }

    private func run(
        _ arguments: [String], at terminal: Terminal? = nil, in world: LoopbackWorld
    ) async throws -> Program.Ending {
        try await Program(running: arguments, at: terminal, in: world.directory).finish()
    }

    private func failed(_ world: LoopbackWorld) async throws -> [JSONValue] {
        let ending = try await run(["jobs", "--state", "failed", "--json"], in: world)
        return try JSONValue(parsing: Array(ending.output.utf8))["jobs"]?.array ?? []
    }

    private func untilFailed(_ count: Int, _ world: LoopbackWorld) async throws {
        while try await failed(world).count < count { await beforeLookingAgain() }
    }

    @Test("several jobs are named at once, and one that cannot be retried keeps none of the others from it")
    func named() async throws {
        try await withFailures { world in
            try await untilFailed(3, world)
            let ids = try await failed(world).compactMap { $0["id"]?.string }
            let ending = try await run(["jobs", "retry", ids[0], "j-0000000000001", ids[1], "--json"], in: world)
            #expect(ending.status == 1)
            #expect(ending.errors == "wecom-router: there is no job j-0000000000001\n")
            let report = try JSONValue(parsing: Array(ending.output.utf8))
            #expect(report["retried"]?.array?.compactMap { $0["retry_of"]?.string } == [ids[0], ids[1]])
            #expect(report["refused"]?.array?.compactMap { $0["id"]?.string } == ["j-0000000000001"])
            let again = try await run(["jobs", "retry", ids[0]], in: world)
            #expect(again.status == 1 && again.errors.contains("retried already"), "\(again.errors)")
        }
    }

    @Test("--all takes what the filters let through, oldest first, and says how many before it does it")
    func all() async throws {
        try await withFailures { world in
            try await untilFailed(3, world)
            let unasked = try await run(["jobs", "retry", "--all"], in: world)
            #expect(unasked.status == 2 && unasked.errors.contains("3 jobs of 20"), "\(unasked.errors)")
            #expect(unasked.errors.contains("--yes"))
            let untouched = try await failed(world).allSatisfy { $0["retried_as"] == .null }
            #expect(untouched, "nothing was done")

            let done = try await run(["jobs", "retry", "--all", "--user", "u2", "--yes", "--json"], in: world)
            #expect(done.status == 0 && done.errors.contains("2 jobs of 20"), "\(done.errors)")
            let ids = try await failed(world).filter { $0["user"]?.string?.hasSuffix("u2") == true }
                .filter { $0["retried_as"]?.string != nil }.compactMap { $0["id"]?.string }
            let report = try JSONValue(parsing: Array(done.output.utf8))
            #expect(report["retried"]?.array?.compactMap { $0["retry_of"]?.string } == Array(ids.reversed()))
            // What was retried is not retried once more, though it is failed still; its retry fails anew.
            try await untilFailed(5, world)
            let rest = try await run(["jobs", "retry", "--all", "--yes", "--older-than", "today"], in: world)
            #expect(rest.status == 0 && rest.output == "no such jobs\n")
        }
    }

    @Test("messages that were refused are none of those that are retried, and one that is named says why")
    func refused() async throws {
        try await withWorld(adjust: { $0.apps[0].policy = Policy(users: [UserID("u1")]) }) { world in
            try world.writeConfiguration()
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            await world.wecom.say("OK no", as: UserID("u2"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            let listed = try await run(["jobs", "--user", "u2", "--json"], in: world)
            let rows = try JSONValue(parsing: Array(listed.output.utf8))["jobs"]?.array ?? []
            #expect(rows.map { $0["refused"]?.bool } == [true])
            let all = try await run(["jobs", "retry", "--all", "--state", "cancelled", "--yes"], in: world)
            #expect(all.status == 0 && all.output == "no such jobs\n", "\(all.errors)")
            let named = try await run(["jobs", "retry", rows.first?["id"]?.string ?? ""], in: world)
            #expect(named.status == 1 && named.errors.contains("was refused, and what it said is not kept"))
            router.stop()
            try await router.ended()
        }
    }

    @Test("at a terminal it is asked about, and not done unless somebody says yes")
    func asked() async throws {
        try await withFailures { world in
            try await untilFailed(3, world)
            for (answer, isWanted) in [("", false), ("n", false), ("y", true)] {
                let terminal = try Terminal()
                terminal.type(answer)
                let ending = try await run(["jobs", "retry", "--all", "--user", "u1"], at: terminal, in: world)
                #expect(ending.status == (isWanted ? 0 : 1) && ending.errors.contains("Go on? [y/N]"))
                #expect(ending.output.contains("is tried again as j-") == isWanted, "\(answer)")
            }
        }
    }

    @Test("dead letters of one reply go anew together, each once, whoever names them")
    func deliveries() async throws {
        try await withWorld { world in
            try world.writeConfiguration()
            let router = try await world.startRouter(agents: ["echo": ScriptedAgent()])
            world.wecom.faults.next(.send, .errorCode(60111, message: "userid not found"))
            await world.wecom.say("OK " + String(repeating: "很长的答复。", count: 400), as: UserID("u1"), to: world.apps[0])
            var dead: [JSONValue] = []
            while dead.count < 2 {
                let ending = try await run(["deliveries", "--json"], in: world)
                dead = try JSONValue(parsing: Array(ending.output.utf8))["deliveries"]?.array ?? []
            }
            let first = try #require(dead.last?["id"]?.string)
            let shown = try await run(["deliveries", "show", first], in: world)
            #expect(shown.status == 0 && shown.output.contains("60111") && shown.output.contains("很长的答复"))
            #expect(shown.output.contains("attempts    1\n") && shown.output.contains("Asia/Shanghai"))
            let done = try await run(["deliveries", "retry", "--all", "--yes"], in: world)
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.split(separator: "\n").count == dead.count)
            #expect(done.output.hasPrefix("\(first) is sent anew as d-"))
            #expect(await world.wecom.transcript.delivered(atLeast: dead.count).count == dead.count)
            #expect(try await run(["deliveries"], in: world).output == "no dead letters\n")
            router.stop()
            try await router.ended()
        }
    }
}
