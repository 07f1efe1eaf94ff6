import JSON
package import Router
import System
import Text

extension CommandAgent {
    /// Tells whether the program is there, of which version it says it is, and whether it has a key at all. Whether that is the right
    /// one only a question to its model can tell.
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
        case .claude: return await version(behind: await keyTroubles())
        case .codex: return await version(behind: command.codexTroubles)
        }
    }

    private static let key = "command"
    private static let probeTime = Duration.seconds(10)

    private func version(behind troubles: [AgentProbe.Trouble] = []) async -> AgentProbe {
        do {
            let (end, output) = try await said("--version")
            guard end == .exited(0) else {
                throw AgentFailure(.config, "`--version` gave \(end): \(output.complaint)")
            }
            return AgentProbe(secrets.hidden(in: output.text).onOneLine(atMost: 100), troubles: troubles)
        } catch {
            let reason = (error as? AgentFailure)?.reason ?? "\(error)"
            let trouble = AgentProbe.Trouble(
                reason, advice: "run `\(command.program) --version` as the agent's user", key: CommandAgent.key)
            return AgentProbe(troubles: troubles + [trouble])
        }
    }

    /// Asks Claude Code about its login; versions that do not know of it say nothing that counts.
    private func keyTroubles() async -> [AgentProbe.Trouble] {
        guard let (_, output) = try? await said("auth", "status"),
            let status = try? JSONValue(parsing: Array(output.text.utf8)), status["loggedIn"] == false
        else { return [] }
        return [
            AgentProbe.Trouble(
                "\(command.program) has no key and nobody is logged in",
                advice: "put ANTHROPIC_API_KEY in environment or pass_environment, or log in as the agent's user",
                key: "environment")
        ]
    }

    private struct Said {
        let text: String
        let complaint: String
    }

    /// Runs the program with these words alone, and returns what it says.
    private func said(_ words: String...) async throws -> (end: ProgramEnd, Said) {
        var asking = command
        asking.words = [command.program] + words
        let program = try await host.start(asking, in: try await host.workspace(of: .probe, for: command).path)
        return try await program.conduct(stoppedBy: asking) {
            async let _ = kill(program, after: CommandAgent.probeTime)
            await program.closeInput()
            var output = BoundedText(limit: 4096)
            while let bytes = try await program.read() { output.append(String(decoding: bytes, as: UTF8.self)) }
            let end = await program.end(within: command.grace)
            return (end, Said(text: output.text, complaint: await program.lastComplaint(without: secrets)))
        }
    }

    private func kill(_ program: RunningProgram, after limit: Duration) async {
        guard (try? await Task.sleep(for: limit)) != nil else { return }
        await program.stop(.kill)
    }
}
