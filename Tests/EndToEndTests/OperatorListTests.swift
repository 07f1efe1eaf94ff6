import Foundation
import JSON
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("What an operator is shown", .timeLimit(.minutes(5)))
struct OperatorListTests {
    private func run(_ arguments: String..., in directory: String) async throws -> Program.Ending {
        try await Program(running: arguments, in: directory).finish()
    }

    private func withJobs(_ count: Int, _ body: (LoopbackWorld) async throws -> Void) async throws {
        try await withWorld { world in
            try world.writeConfiguration()
            let router = try await world.startRouter()
            for number in 1...count {
                await world.wecom.say("第\(number)条", as: UserID("zhangsan"), to: world.apps[0])
            }
            _ = await world.wecom.transcript.delivered(atLeast: count)
            try await body(world)
            router.stop()
            try await router.ended()
        }
    }

    @Test("a list says who, when by the clock of the configuration's people, and what; or in UTC, or without the words")
    func columns() async throws {
        try await withJobs(1) { world in
            let list = try await run("jobs", in: world.directory)
            let hour = Timestamp.now.minutes(in: .shanghai).prefix(13)
            #expect(list.output.contains("WHEN (Shanghai)") && list.output.contains(":zhangsan "), "\(list.output)")
            #expect(list.output.contains("第1条") && list.output.contains("dept-a"))
            // The hour may have turned since.
            #expect(list.output.contains(hour) || Timestamp.now.minutes(in: .shanghai).prefix(13) != hour)
            let utc = try await run("jobs", "--utc", "--no-text", in: world.directory)
            #expect(utc.output.contains("WHEN (UTC)") && !utc.output.contains("第1条"))
            let json = try await run("jobs", "--no-text", "--json", in: world.directory)
            let job = try JSONValue(parsing: Array(json.output.utf8))["jobs"]?.array?.first
            #expect(job?["id"] != nil && job?["text"] == nil)
            let story = try await run("jobs", "show", job?["id"]?.string ?? "", in: world.directory)
            #expect(story.output.contains("accepted") && story.output.contains("times in    Asia/Shanghai"))
        }
    }

    @Test("--before goes on where a list ended, and the list says how")
    func pages() async throws {
        try await withJobs(3) { world in
            var (seen, before): ([String], [String]) = ([], [])
            repeat {
                let arguments = ["jobs", "--limit", "1", "--json"] + before
                let ending = try await Program(running: arguments, in: world.directory).finish()
                let page = try JSONValue(parsing: Array(ending.output.utf8))
                seen += page["jobs"]?.array?.compactMap { $0["text"]?.string } ?? []
                before = page["next"]?.string.map { ["--before", $0] } ?? []
            } while !before.isEmpty
            #expect(seen == ["第3条", "第2条", "第1条"])
            let first = try await run("jobs", "--limit=1", in: world.directory)
            #expect(first.output.contains("… and more: --before j-"))
        }
    }

    @Test("times of a calendar select, and what is none is told with what would be")
    func times() async throws {
        try await withJobs(1) { world in
            for time in ["1h", "yesterday", "today", "2020-01-01", "2020-01-01T10:00", "2020-01-01T10:00:00Z"] {
                let list = try await run("jobs", "--since", time, in: world.directory)
                #expect(list.output.contains("zhangsan"), "\(time): \(list.errors)")
                let none = try await run("jobs", "--older-than", time, in: world.directory)
                #expect(none.output == "no such jobs\n", "\(time): \(none.errors)")
            }
            let wrong = try await run("jobs", "--since", "2026-02-30", in: world.directory)
            #expect(wrong.status == 2 && wrong.errors.contains("yesterday"))
        }
    }

    @Test("an option that a verb has no use for is refused, and so is an operand")
    func misuse() async throws {
        try await withDirectory { directory in
            try smallConfiguration.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let cases: [([String], String)] = [
                (["jobs", "show", "j-1", "--since", "2h"], "--since goes with list and retry, not with show"),
                (["jobs", "retry", "j-1", "--since", "2h"], "--since goes with list and with retry --all"),
                (["jobs", "retry", "--all", "j-1"], "name none"),
                (["jobs", "retry", "--all", "--state", "done"], "Only what is failed or cancelled"),
                (["jobs", "list", "--why", "x"], "--why goes with cancel, not with list"),
                (["jobs", "cancel", "j-1", "j-2"], "j-2 is not understood here"),
                (["sessions", "--state", "done"], "there is no option --state"),
            ]
            let server = try Program("serve", in: directory)
            _ = await server.untilLogged(#""message":"ready""#)
            for (arguments, complaint) in cases {
                let ending = try await Program(running: arguments, in: directory).finish()
                #expect(ending.status == 2 && ending.errors.contains(complaint), "\(arguments): \(ending.errors)")
            }
            server.send(SIGTERM)
            #expect(await server.finish().status == 0)
        }
    }

    @Test("--version is version, with its options, and --help COMMAND is COMMAND --help")
    func version() async throws {
        try await withDirectory { directory in
            let version = try await run("--version", in: directory)
            #expect(version.status == 0 && version.output.hasPrefix("wecom-router \(Version.number)"))
            let json = try await run("--version", "--json", in: directory)
            #expect(json.output.hasPrefix("{\"version\":"))
            let (one, other) = (
                try await run("--help", "jobs", in: directory), try await run("jobs", "--help", in: directory)
            )
            #expect(one.output == other.output && one.output.contains("jobs retry"))
        }
    }
}
