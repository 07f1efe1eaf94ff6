import Router
import System
import Testing
import WeCom

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct ProgramHomeTests {
    /// Finds the home of a program of that command, where our own is `ours`.
    private func home(
        ours: String?, in world: ProgramWorld, _ adjust: (inout AgentCommand) -> Void = { _ in }
    ) async throws -> String {
        var host = world.host
        host = ProgramHost(
            spawner: host.spawner, workspaces: host.workspaces,
            environment: host.environment.filter { $0.key != "HOME" }.merging(ours.map { ["HOME": $0] } ?? [:]) { $1 })
        var command = AgentCommand(["sh", "-c", "printf %s \"$HOME\""])
        adjust(&command)
        let agent = CommandAgent(command: command, format: .text, host: host)
        return try await agent.run(.saying("x"), attendedBy: FakeAttendant()).text
    }

    @Test(
        "in a sandbox our home is not a program's unless it is passed on; its temporary files are in its directory",
        .enabled(if: Landlock.version > 0, "this kernel has no Landlock"))
    func sandbox() async throws {
        try await ProgramWorld.with { world in
            let workspace = try await world.host.workspace(of: .saying("x"), for: AgentCommand(["sh"]))
            let usual = try await home(ours: "/ours", in: world) { $0.isShutIn = true }
            #expect(usual == workspace.path)
            let passed = try await home(ours: "/ours", in: world) {
                $0.isShutIn = true
                $0.passedVariables = ["HOME"]
            }
            #expect(passed == "/ours")
            let temporary = try await home(ours: nil, in: world) {
                $0.isShutIn = true
                $0.words = ["sh", "-c", "mktemp"]
            }
            #expect(temporary.hasPrefix("\(workspace.path)/.tmp/"))
        }
    }

    @Test("a program's home is what is set for it, else ours, else the directory that it works in")
    func home() async throws {
        try await ProgramWorld.with { world in
            let workspace = try await world.host.workspace(of: .saying("x"), for: AgentCommand(["sh"]))
            #expect(try await home(ours: nil, in: world) == workspace.path)
            #expect(try await home(ours: "/ours", in: world) == "/ours")
            #expect(try await home(ours: nil, in: world) { $0.environment = ["HOME": Secret("/its")] } == "/its")
            #expect(try await home(ours: "/ours", in: world) { $0.environment = ["HOME": Secret("/its")] } == "/its")
        }
    }
}
