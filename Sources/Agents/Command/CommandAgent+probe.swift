package import Router
import System

extension CommandAgent {
    /// Whether the program is there, and of which version it says it is.
    package func probe() async -> AgentProbe { await look().told(without: secrets) }

    private func look() async -> AgentProbe {
        guard host.find(command) != nil else {
            let trouble = AgentProbe.Trouble(
                "there is no program \(command.program)", advice: "install it, or write down where it is",
                key: CommandAgent.key)
            return AgentProbe(troubles: [trouble])
        }
        switch format {
        case .text, .jsonl: return AgentProbe()
        case .claude: return await version()
        case .codex: return await version(behind: command.codexTroubles)
        }
    }

    private static let key = "command"
    private static let probeTime = Duration.seconds(10)

    private func version(behind troubles: [AgentProbe.Trouble] = []) async -> AgentProbe {
        do {
            return AgentProbe(try await saidVersion(), troubles: troubles)
        } catch {
            let reason = (error as? AgentFailure)?.reason ?? "\(error)"
            let trouble = AgentProbe.Trouble(
                reason, advice: "run `\(command.program) --version` as the agent's user", key: CommandAgent.key)
            return AgentProbe(troubles: troubles + [trouble])
        }
    }

    private func saidVersion() async throws -> String {
        var asking = command
        asking.words = [command.program, "--version"]
        let program = try await host.start(asking, in: try await host.workspace(of: .probe, for: command).path)
        let alarm = Task {
            try await Task.sleep(for: CommandAgent.probeTime)
            await program.stop(.kill)
        }
        defer { alarm.cancel() }
        return try await program.conduct(stoppedBy: asking) {
            await program.closeInput()
            var output = BoundedText(limit: 4096)
            while let bytes = try await program.read() { output.append(String(decoding: bytes, as: UTF8.self)) }
            let end = await program.end(within: command.grace)
            guard end == .exited(0) else {
                let complaint = await program.lastComplaint(without: secrets)
                throw AgentFailure(.config, "`--version` gave \(end): \(complaint)")
            }
            return secrets.hidden(in: output.text).onOneLine(atMost: 100)
        }
    }
}
