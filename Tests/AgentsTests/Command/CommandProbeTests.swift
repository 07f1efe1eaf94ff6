import ProgramTesting
import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct CommandProbeTests {
    private func probe(_ words: [String], _ format: CommandFormat, in world: ProgramWorld) async -> AgentProbe {
        await CommandAgent(command: AgentCommand(words), format: format, host: world.host).probe()
    }

    @Test("a program that is not there is the command's fault", arguments: CommandFormat.allCases)
    func missing(format: CommandFormat) async throws {
        try await ProgramWorld.with { world in
            let probe = await probe(["no-such-program"], format, in: world)
            #expect(probe.troubles.map(\.key) == ["command"])
        }
    }

    @Test("a program says its version, and one that cannot is in trouble")
    func version() async throws {
        try await ProgramWorld.with { world in
            let mock = world.mock("claude").words
            #expect(await probe(mock, .claude, in: world) == AgentProbe("MockAgent 1.0"))
            #expect(await probe(["sh"], .text, in: world) == AgentProbe())
            let broken = await probe(["false"], .claude, in: world)
            #expect(broken.description == nil)
            #expect(broken.troubles.map(\.key) == ["command"])
            #expect(await world.host.spawner.count == 0)
        }
    }

    @Test(
        "Claude Code without any key is in trouble; one that knows no such question is not", arguments: [true, false])
    func key(isLoggedIn: Bool) async throws {
        try await ProgramWorld.with { world in
            let path = "\(world.directory)/program"
            let script = """
                #!/bin/sh
                case "$*" in
                --version) echo 2.0 ;;
                "auth status") echo '{ "loggedIn": \(isLoggedIn), "authMethod": "none" }'; exit 1 ;;
                *) exit 3 ;;
                esac

                """
            try writeProgram(script, to: path)
            let probe = await probe([path, "-p"], .claude, in: world)
            #expect(probe.description == "2.0")
            #expect(probe.troubles.map(\.key) == (isLoggedIn ? [] : ["environment"]))
        }
    }

    @Test("what a program says of itself when it is looked at holds no secret")
    func secrets() async throws {
        try await ProgramWorld.with { world in
            for (script, told) in [
                ("echo \"v1 $KEY\"", AgentProbe("v1 <secret>")),
                (
                    "echo \"no $KEY\" >&2; exit 1",
                    AgentProbe(troubles: [
                        .init(
                            "`--version` gave exit status 1: no <secret>",
                            advice: "run `\(world.directory)/program --version` as the agent's user", key: "command")
                    ])
                ),
            ] {
                let path = "\(world.directory)/program"
                try writeProgram("#!/bin/sh\n\(script)\n", to: path)
                var command = AgentCommand([path])
                command.environment["KEY"] = Secret("sk-123456")
                let probe = await CommandAgent(command: command, format: .claude, host: world.host).probe()
                #expect(probe == told)
            }
        }
    }

    @Test("a word that would break Codex's later turns is in trouble")
    func words() async throws {
        try await ProgramWorld.with { world in
            let words = world.mock("codex").words + ["exec", "--sandbox", "read-only"]
            let probe = await probe(words, .codex, in: world)
            #expect(probe.troubles.count == 1)
            #expect(probe.troubles.first?.reason.contains("--sandbox") == true)
        }
    }

    @Test("a text program remembers nothing; the others do")
    func remembers() async throws {
        try await ProgramWorld.with { world in
            for format in CommandFormat.allCases {
                let agent = CommandAgent(command: world.mock(), format: format, host: world.host)
                #expect(agent.remembers == (format != .text))
            }
        }
    }
}
