import JSON
import Lifecycle
import System
import TestSupport
import Testing

@testable import Agents
@testable import Router

/// Processes that are kept, and directories that come from another machine.
@Suite(.timeLimit(.minutes(1))) struct ACPReplacedTests {
    @Test("a process that is kept is not given files which came from elsewhere: another one is started")
    func replaced() async throws {
        try await ACPWorld.with("load", "resume") { world in
            let session = try await world.session()
            let kept = try await world.say("process", session: session).text
            #expect(try await world.say("process", session: session).text == kept)
            let turn = Turn.saying("process", session: session)
            let same = try await world.programs.host.workspace(of: turn, for: world.agent.command)
            let replaced = Workspace(path: same.path, outbox: same.outbox, attachments: [], isReplaced: true)
            let process = try await world.agent.processes.take(for: turn, in: replaced)
            #expect(!fileExists("/proc/\(kept)"))
            await world.agent.processes.end(process)
        }
    }
}
