import Lifecycle
package import Router
import System
import Text

/// An agent that is a program which speaks the Agent Client Protocol, version 1, on its standard streams.
///
/// A conversation has a process of its own, which is kept between turns for a while.
package final class ACPAgent: Agent {
    let command: AgentCommand
    let host: ProgramHost
    let options: ACPOptions
    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction
    let processes: ACPProcesses

    package init(command: AgentCommand, host: ProgramHost, options: ACPOptions = ACPOptions()) {
        self.command = command
        self.host = host
        self.options = options
        secrets = Redaction(of: command, on: host)
        processes = ACPProcesses(command: command, host: host, options: options, secrets: secrets)
    }

    package var worksInDirectory: Bool { true }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        let workspace = try await host.workspace(of: turn, for: command, attendedBy: attendant)
        let process = try await processes.take(for: turn, in: workspace)
        let result = await answer(turn, by: process, in: workspace, attendedBy: attendant)
        await settle(process, after: turn, result)
        try Task.checkCancellation()
        let answer = try result.get()
        // A long text takes its time: others may have theirs before and behind it.
        await Task.yield()
        let found = FilesInText(answer.text, beneath: workspace.path)
        return Reply(
            found.text, files: await workspace.files(named: answer.files, and: found), session: answer.state,
            usage: answer.usage)
    }

    /// Keeps no process between turns from now on: another agent has taken its place, and turns that it has end with it.
    package func retire() async { await processes.retire() }

    /// True if nothing of its processes is left.
    package var hasEnded: Bool { get async { await processes.isEmpty } }

    /// Ends all of its processes, and returns when nothing of them is left.
    package func close() async { await processes.close() }

    /// A cancelled task does not cancel the talk with the agent, which is told to stop and says how it ends.
    private func answer(
        _ turn: Turn, by process: ACPProcess, in workspace: Workspace, attendedBy attendant: any TurnAttendant
    ) async -> Result<ACPAnswer, any Error> {
        let ticket = await process.begin(turn, attendedBy: attendant)
        return await withTaskCancellationHandler {
            await throughCancellation {
                await withTaskExecutorPreference(WorkThreads.current) {
                    do { return .success(try await process.answer(turn, in: workspace)) } catch {
                        return .failure(error)
                    }
                }
            }
        } onCancel: {
            processes.scope.start { await process.cancel(ticket) }
        }
    }

    private func settle(_ process: ACPProcess, after turn: Turn, _ result: Result<ACPAnswer, any Error>) async {
        switch result {
        // A person has to do something first; the agent may see that only when it starts again.
        case .failure(let failure as AgentFailure) where [.auth, .config].contains(failure.kind):
            await processes.end(process)
        // An answer waits for nothing.
        case .success where !Task.isCancelled: await processes.giveBack(process, after: turn)
        default: await processes.giveBackAndWait(process, after: turn)
        }
    }
}
