package import Router
import Text

/// An agent that is a command line: a process for each turn, in the conversation's directory.
package struct CommandAgent: Agent {
    let command: AgentCommand
    let format: CommandFormat
    let host: ProgramHost
    let permissions: PermissionPolicy
    let codexSandbox: CodexSandbox
    /// The time for which a program may do nothing but wait for a server that is not there.
    let patience: Duration

    /// `permissions` are for `claude`, `codexSandbox` is for `codex`; the other formats have neither.
    package init(
        command: AgentCommand, format: CommandFormat, host: ProgramHost,
        permissions: PermissionPolicy = PermissionPolicy(), codexSandbox: CodexSandbox = .workspaceWrite,
        patience: Duration = .seconds(60)
    ) {
        self.command = command
        self.format = format
        self.host = host
        self.permissions = permissions
        self.codexSandbox = codexSandbox
        self.patience = patience
        secrets = Redaction(of: command, on: host)
    }

    /// The secrets that must not stand in what is told of failures.
    let secrets: Redaction

    package var remembers: Bool { format != .text }
    package var worksInDirectory: Bool { true }

    package func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        let workspace = try await host.workspace(of: turn, for: command, attendedBy: attendant)
        let talk = CommandTalk(agent: self, turn: turn, workspace: workspace, attendant: attendant)
        do {
            let said = try await said(in: talk)
            return await said.reply(from: workspace)
        } catch let failure as AgentFailure {
            throw failure.told(without: secrets)
        }
    }

    private func said(in talk: CommandTalk) async throws -> ProgramReply {
        switch format {
        case .text: try await talk.inText()
        case .jsonl: try await talk.inJobLines()
        case .claude: try await talk.inClaude(permissions)
        case .codex: try await talk.inCodex(codexSandbox)
        }
    }
}
