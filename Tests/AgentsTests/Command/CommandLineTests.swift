import JSON
import Router
import Testing

@testable import Agents

@Suite struct CommandLineTests {
    @Test("what Claude Code's protocol needs is added, and only what is missing")
    func claude() {
        #expect(
            AgentCommand(["claude", "-p", "--model", "m"]).forClaude(resuming: nil).words == [
                "claude", "-p", "--model", "m", "--input-format", "stream-json", "--output-format", "stream-json",
                "--verbose", "--permission-prompt-tool", "stdio",
            ])
        let whole = [
            "claude", "--print", "--verbose", "--input-format=stream-json", "--output-format=stream-json",
            "--permission-prompt-tool", "mine",
        ]
        #expect(AgentCommand(whole).forClaude(resuming: "fd4d").words == whole + ["--resume=fd4d"])
        #expect(AgentCommand(["claude"]).forClaude(resuming: nil).words.starts(with: ["claude", "-p"]))
    }

    @Test("Codex's first turn says where it works and in which sandbox")
    func codexFirst() {
        let command = AgentCommand(["codex", "exec", "--model", "m", "--json"]).forCodex(
            resuming: nil, sandbox: .readOnly, pictures: ["/w/1.png", "/w/2.png"], in: "/w")
        #expect(
            command.words == [
                "codex", "exec", "--model", "m", "--skip-git-repo-check", "--sandbox", "read-only", "-c",
                "approval_policy=\"never\"", "--image", "/w/1.png", "--image", "/w/2.png", "--json", "--cd", "/w", "-",
            ])
    }

    @Test("Codex's later turns pin the sandbox in the form that resume takes, and have --json behind the thread")
    func codexResume() {
        let command = AgentCommand(["codex", "exec", "--model", "m"]).forCodex(
            resuming: "01a1", sandbox: .workspaceWrite, pictures: ["/w/1.png"], in: "/w")
        #expect(
            command.words == [
                "codex", "exec", "resume", "--model", "m", "--skip-git-repo-check", "-c",
                "sandbox_mode=\"workspace-write\"", "-c", "approval_policy=\"never\"", "01a1", "--image", "/w/1.png",
                "--json", "-",
            ])
    }

    @Test("exec is added where nobody wrote it, and a wrapper in front stays in front")
    func exec() {
        let bare = AgentCommand(["codex"]).forCodex(
            resuming: "t", sandbox: .fullAccess, pictures: [], in: "/w")
        #expect(bare.words.starts(with: ["codex", "exec", "resume", "--skip-git-repo-check"]))
        let wrapped = AgentCommand(["env", "A=1", "codex", "exec"]).forCodex(
            resuming: "t", sandbox: .fullAccess, pictures: [], in: "/w")
        #expect(wrapped.words.starts(with: ["env", "A=1", "codex", "exec", "resume"]))
    }

    @Test(
        "a session's name that could be an option, or more than one word, is none",
        arguments: ["", "-o", "--last", "a b", "a\nb", "会话", String(repeating: "a", count: 201)])
    func names(name: String) {
        #expect(!name.isPlainName)
        #expect(ClaudeState(["session_id": .string(name)]) == nil)
        #expect(CodexState(["thread_id": .string(name)]) == nil)
    }

    @Test("what is remembered comes back as it was")
    func states() {
        let claude = ClaudeState(sessionID: "fd4d-1", microdollars: 12_500)
        #expect(ClaudeState(claude.json) == claude)
        let codex = CodexState(threadID: "01a1", total: .init(input: 7200, output: 90, cached: 6000))
        #expect(CodexState(codex.json) == codex)
        #expect(JobMemory(JobMemory(session: ["n": 1]).json)?.session == ["n": 1])
        #expect(ClaudeState(nil) == nil)
        #expect(JobMemory(["session": nil]) == nil)
    }
}
