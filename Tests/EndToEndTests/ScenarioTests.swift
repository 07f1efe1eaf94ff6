import Foundation
import ProgramTesting
import Testing

/// Carries scenarios out as somebody at a terminal does: by the built program, with a router beside it.
@Suite("Scenarios", .timeLimit(.minutes(5)))
struct ScenarioTests {
    private static let folder = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/scenarios"

    static let shipped =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".yaml") && $0 != "config.yaml" }.sorted()

    private func run(_ arguments: String..., in directory: String) async throws -> Program.Ending {
        try await Program(running: ["simulate"] + arguments, in: directory).finish()
    }

    private func write(_ scenario: String, in directory: String) throws {
        try scenario.write(toFile: "\(directory)/a.yaml", atomically: true, encoding: .utf8)
    }

    @Test("there are ten that are shipped, at least")
    func many() { #expect(Self.shipped.count >= 10) }

    @Test("what is shipped comes about", arguments: shipped)
    func passes(name: String) async throws {
        try await withDirectory { directory in
            let file = "\(Self.folder)/\(name)"
            let ending = try await run("--scenario", file, "--config", "\(Self.folder)/config.yaml", in: directory)
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("1 scenario: all passed"))
        }
    }

    @Test(
        "what does not come about is told with file and line, what was expected and what came, for people and as JUnit")
    func fails() async throws {
        try await withDirectory { directory in
            try write(
                """
                steps:
                  - say: { app: simulated, text: "<&> \\"hi\\"" }
                  - expect: { from: simulated, text: something else, within: 500ms }
                  - wait: 1h
                """, in: directory)
            let ending = try await run("--scenario", "a.yaml", "--junit", "report.xml", in: directory)
            #expect(ending.status == 1)
            let complaint =
                "a.yaml:3: expected something from simulated “something else” within 500 ms; "
                + "came text from simulated to zhangsan: “<&> \"hi\"”"
            #expect(ending.output.contains(complaint), "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("skipped  4  wait"))
            let report = try String(contentsOfFile: "\(directory)/report.xml", encoding: .utf8)
            #expect(report.contains(#"<testsuite name="a.yaml" tests="4" failures="1" errors="0" skipped="1""#))
            #expect(report.contains("&lt;&amp;> &quot;hi&quot;"))
            let reading = try ChildProcess(
                "/usr/bin/python3",
                [
                    "-c",
                    "import sys, xml.etree.ElementTree as t; assert t.parse('report.xml').find('.//failure') is not None",
                ],
                in: directory)
            #expect(await onThread { reading.wait() } == .exited(0))
        }
    }

    @Test("each fault of a file is told with its line, and nothing is begun")
    func faults() async throws {
        try await withDirectory { directory in
            try write(
                """
                step: []
                steps:
                  - say: { app: simulated, txt: hi }
                  - shout: hi
                  - expect:
                      from: simulated
                      within: soon
                """, in: directory)
            let ending = try await run("--scenario", "a.yaml", in: directory)
            #expect(ending.status == 78 && ending.output.isEmpty)
            let lines = ending.errors.split(separator: "\n").map { $0.split(separator: " ")[0] }
            #expect(lines == ["a.yaml:1:1:", "a.yaml:3:1:", "a.yaml:4:1:", "a.yaml:7:1:"], "\(ending.errors)")
        }
    }

    @Test("a key that is nearly world's is told so")
    func misspelt() async throws {
        try await withDirectory { directory in
            try write("wrold: {}\nsteps:\n  - wait: 1ms\n", in: directory)
            let ending = try await run("--scenario", "a.yaml", in: directory)
            #expect(ending.status == 78 && ending.errors.contains("a.yaml:1:1:"))
            #expect(ending.errors.contains("did you mean world?"), "\(ending.errors)")
        }
    }

    @Test("names that nobody has are told with their lines before anything is done")
    func unknownNames() async throws {
        try await withDirectory { directory in
            try write(
                """
                steps:
                  - wait: 10m
                  - expect_nothing: { from: simulatd }
                  - expect_nothing: { to: zhangsna }
                """, in: directory)
            let ending = try await run("--scenario", "a.yaml", in: directory)
            #expect(ending.status == 1)
            #expect(ending.output.contains("a.yaml:3: expected an app or a bot simulatd"), "\(ending.output)")
            #expect(ending.output.contains("did you mean simulated?"))
            #expect(ending.output.contains("a.yaml:4: expected a person or a group zhangsna; came nobody"))
            #expect(ending.output.contains("did you mean zhangsan?"))
        }
    }

    @Test("a file that is no scenario, and one that is not there, are told")
    func noScenario() async throws {
        try await withDirectory { directory in
            for text in ["", "steps: []", "- say: hi", "steps: [a"] {
                try write(text, in: directory)
                let ending = try await run("--scenario", "a.yaml", in: directory)
                #expect(ending.status == 78 && ending.errors.hasPrefix("a.yaml:1:"), "\(text): \(ending.errors)")
            }
            let ending = try await run("--scenario", "b.yaml", in: directory)
            #expect(ending.status == 78 && ending.errors.hasPrefix("b.yaml:1:1: cannot be read"))
        }
    }

    @Test("a scenario has a world of its own, whose faults are told with their lines")
    func world() async throws {
        try await withDirectory { directory in
            let world = """
                world:
                  corps:
                    - id: ww00000000000000aa
                      members: [{ id: maya }]
                      apps:
                        - { name: sales, agent_id: 1000009 }
                steps:
                  - say: { app: sales, text: hi }
                  - expect: { from: sales, to: maya, text: hi }
                """
            try write(world, in: directory)
            let ending = try await run("--scenario", "a.yaml", in: directory)
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            try write(world.replacing("agent_id: 1000009", with: "number: 5"), in: directory)
            let faulty = try await run("--scenario", "a.yaml", in: directory)
            #expect(faulty.status == 78 && faulty.errors.contains("a.yaml:6:"), "\(faulty.errors)")
        }
    }

    @Test("a scenario that never ends is ended")
    func endless() async throws {
        try await withDirectory { directory in
            try write("steps:\n  - wait: 1h\n  - say: hi\n", in: directory)
            let ending = try await run("--scenario", "a.yaml", "--time-limit", "3s", in: directory)
            #expect(ending.status == 1)
            #expect(ending.output.contains("a.yaml:2: expected the end of the scenario within 3.00 s"))
        }
    }

    @Test("a process that is none of those to kill is told, with those that are")
    func unknownProcess() async throws {
        try await withDirectory { directory in
            try write("steps:\n  - kill: agent\n", in: directory)
            let ending = try await run("--scenario", "a.yaml", in: directory)
            #expect(ending.status == 1)
            #expect(ending.output.contains("a.yaml:2: expected a process agent; came only router"))
        }
    }

    @Test("a scenario's own programs start before the router, are killed and started by name, and end with it")
    func processes() async throws {
        try await withDirectory { directory in
            let starts = "\(directory)/starts"
            let counting =
                "n=$(cat); until [ \"$(wc -l <\(starts))\" -ge $n ]; do sleep 0.05; done; echo $n have started"
            try """
            agents:
              counter: { kind: command, command: [sh, -c, '\(counting)'], sandbox: false }
            apps:
              - { name: desk, corp_id: ww1, agent_id: 1000002, corp_secret: any, token: anytoken, agent: counter,
                  encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG, allow_all_users: true }
            """.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            try write(
                """
                processes:
                  model: [sh, -c, 'echo $$ >>starts; sleep 1000 & echo $! >>starts; wait']
                  other: [sh, -c, 'echo "$0" >said; exec sleep 1000', "with, a comma"]
                steps:
                  - say: { app: desk, text: "2" }
                  - expect: { text: 2 have started }
                  - kill: model
                  - start: model
                  - say: { app: desk, text: "4" }
                  - expect: { text: 4 have started }
                  - start: model
                """, in: directory)
            let ending = try await run("--scenario", "a.yaml", "--config", "config.yaml", in: directory)
            let lines = ending.output.split(separator: "\n")
            #expect(lines.dropFirst().prefix(3).map { $0.contains("  start ") } == [true, true, true], "\(ending)")
            #expect(
                lines.dropFirst().prefix(2).map { $0.contains("2  start model") || $0.contains("3  start other") } == [
                    true, true,
                ])
            #expect(ending.output.contains("a.yaml:11: expected model not running; came it runs"), "\(ending)")
            let processes = try String(contentsOfFile: starts, encoding: .utf8).split(separator: "\n").map(String.init)
            #expect(processes.count == 4 && !processes.contains(where: isAlive))
            #expect(try String(contentsOfFile: "\(directory)/said", encoding: .utf8) == "with, a comma\n")
        }
    }

    @Test(
        "a program that is not there, and one that is described wrong, are told with their lines",
        arguments: [
            ("a: [/nowhere/program]", 1, "a.yaml:2: expected a started"),
            ("router: [sh]", 78, "a.yaml:2:1: router is the router's own name"),
            ("A name: [sh]", 78, "a.yaml:2:1: the name of a process"),
            ("a: sh", 78, "a.yaml:2:1: a must be [program, argument, …]"),
            ("a: []", 78, "a.yaml:2:1: a must be"), ("a: [\"\"]", 78, "a.yaml:2:1: a must be"),
            ("a: [sh, [sh]]", 78, "a.yaml:2:1: a must be"),
            ("a: [\(Array(repeating: "sh", count: 65).joined(separator: ","))]", 78, "a.yaml:2:1: a must be"),
            ((0..<17).map { "a\($0): [sh]" }.joined(separator: "\n  "), 78, "a.yaml:2:1: processes: has 1 to 16"),
        ])
    func wrongProcesses(written: String, status: Int32, complaint: String) async throws {
        try await withDirectory { directory in
            try write("processes:\n  \(written)\nsteps:\n  - wait: 0\n", in: directory)
            let ending = try await run("--scenario", "a.yaml", in: directory)
            #expect(ending.status == status && (ending.output + ending.errors).contains(complaint), "\(ending)")
        }
    }

    @Test("several scenarios have a router each, and one that fails does not keep the next from its turn")
    func several() async throws {
        try await withDirectory { directory in
            try write("steps:\n  - say: hi\n  - expect: { text: ho, within: 1s }\n", in: directory)
            try "steps:\n  - expect_nothing: { for: 1s }\n"
                .write(toFile: "\(directory)/b.yaml", atomically: true, encoding: .utf8)
            let ending = try await run("--scenario", "a.yaml", "--scenario", "b.yaml", in: directory)
            #expect(ending.status == 1)
            #expect(ending.output.hasSuffix("2 scenarios: 1 failed\n"), "\(ending.output)\(ending.errors)")
        }
    }

    @Test(
        "a program in Python needs nothing of ours to test a router",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func python() async throws {
        try await withDirectory { directory in
            let port = try await freePort()
            let simulator = try Program(
                "simulate", "--port", "0", "--playground", "0", "--callback", "http://127.0.0.1:\(port)/wecom/callback",
                in: directory)
            let told = await simulator.untilPrinted("The playground, for a browser:")
            let lines = told.split(separator: "\n", omittingEmptySubsequences: false)
            let url = try #require(lines.first { $0.hasPrefix("WeCom is played at ") }?.split(separator: " ").last)
            let begin = try #require(lines.firstIndex(of: "agents:"))
            let end = lines[begin...].firstIndex(of: "") ?? lines.endIndex
            let more = "\nserver: { host: 127.0.0.1, port: \(port) }\nmanagement: { port: 0 }\n"
            try (lines[begin..<end].joined(separator: "\n") + more)
                .write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let router = try Program("serve", "--config", "config.yaml", in: directory)
            _ = await router.untilLogged("\"ready\"")
            let example = try ChildProcess(
                "/usr/bin/python3", ["\(Self.folder)/control.py", String(url)], in: directory)
            #expect(await onThread { example.wait() } == .exited(0))
            router.send(SIGTERM)
            #expect(await router.finish().status == 0)
            simulator.send(SIGTERM)
            #expect(await simulator.finish().status == 0)
        }
    }
}
