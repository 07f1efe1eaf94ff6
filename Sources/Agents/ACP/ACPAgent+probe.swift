import JSON
import Lifecycle
package import Router
import System
import WeCom

extension ACPAgent {
    /// Starts the program, and sees whether it begins a session.
    package func probe() async -> AgentProbe {
        await look().told(without: secrets)
    }

    private func look() async -> AgentProbe {
        guard host.find(command) != nil else {
            return AgentProbe(
                troubles: [
                    .init(
                        "the program \(command.program) is not there",
                        advice: "install it, or name the file with its whole path", key: "command")
                ])
        }
        do {
            let workspace = try await host.workspace(of: .probe, for: command)
            let process = try await processes.start(
                in: workspace.path, variables: Turn.probe.variables(in: workspace))
            return await look(at: process, in: workspace)
        } catch {
            return AgentProbe(troubles: [.ofCommand("\(error)")])
        }
    }

    private func look(at process: ACPProcess, in workspace: Workspace) async -> AgentProbe {
        let done = Signpost()
        async let probing = process.probe(in: workspace, done)
        let isInTime = await done.isReached(within: options.probeTime)
        await processes.end(process, by: isInTime ? nil : .kill)
        let probe = await probing
        guard !isInTime else { return probe }
        return AgentProbe(
            probe.description,
            troubles: [.ofCommand("the agent did not answer within \(options.probeTime.short)")])
    }
}

extension ACPProcess {
    /// Reaches `done` when it knows.
    fileprivate func probe(in workspace: Workspace, _ done: Signpost) async -> AgentProbe {
        defer { done.reach() }
        var probe = AgentProbe()
        do {
            let info = try await initialize()
            probe.description = "\(info.description ?? command.program), ACP \(info.version)"
            let session = try await create(in: workspace.path, meta: nil)
            if info.deletesSessions { _ = try? await call("session/delete", ["sessionId": .string(session)]) }
        } catch let failure as AgentFailure where failure.kind == .auth {
            probe.troubles = [.init(failure.reason, advice: "log in to the agent as the user that it runs as")]
        } catch let failure as AgentFailure {
            probe.troubles = [.ofCommand(failure.reason)]
        } catch let error as RPCError {
            probe.troubles = [.ofCommand("the agent answered with an error: \(error.words(without: secrets))")]
        } catch {
            probe.troubles = [.ofCommand("\(error)")]
        }
        return probe
    }
}

extension AgentProbe.Trouble {
    fileprivate static func ofCommand(_ reason: String) -> AgentProbe.Trouble {
        .init(
            reason, advice: "see that the command starts an ACP agent, and what it says when it is run", key: "command")
    }
}

extension Turn {
    /// The turn of no person: a probe has a directory like a conversation's.
    static var probe: Turn {
        Turn(
            job: JobID(0), attempt: 1,
            conversation: ConversationKey(
                endpoint: .app(AppKey(corpID: CorpID("probe"), agentID: AgentID(0))), peer: .many),
            epoch: 0, text: "")
    }
}
