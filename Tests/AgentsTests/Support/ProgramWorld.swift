import Agents
import Lifecycle
import ProgramTesting
import Router
import System
import Testing

/// A spawner and a place for workspaces of one test's own.
struct ProgramWorld: Sendable {
    let host: ProgramHost
    /// The directory in which the test may put files.
    let directory: String

    /// Runs `body` and sees to it that no program is left.
    static func with(_ body: (ProgramWorld) async throws -> Void) async throws {
        let loop = try EventLoop(named: "programs")
        defer { loop.stop() }
        let directory = try TemporaryDirectory(prefix: "agents-tests-")
        let spawner = Spawner(on: loop, executable: product("MockAgent"))
        let host = ProgramHost(
            spawner: spawner, workspaces: try WorkspaceFolder(at: directory.path + "/work"),
            environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path])
        try await attempt {
            try await body(ProgramWorld(host: host, directory: directory.path))
        } finally: {
            await spawner.close()
        }
        withExtendedLifetime(directory) {}
    }

    /// A command that is one of our mock agents.
    func mock(_ words: String...) -> AgentCommand { AgentCommand([product("MockAgent")] + words) }
}
