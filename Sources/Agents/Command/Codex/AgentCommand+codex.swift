import Router

extension AgentCommand {
    /// The command line for one turn of `codex exec`. The prompt comes from standard input.
    func forCodex(
        resuming thread: String?, sandbox: CodexSandbox, pictures: [String], in directory: String
    ) -> AgentCommand {
        var command = self
        var (head, options) = codexWords
        options.removeAll { $0 == "--json" }
        if thread != nil { head.append("resume") }
        if !has("--skip-git-repo-check") { options.append("--skip-git-repo-check") }
        if thread == nil {
            options += ["--sandbox", sandbox.rawValue]
        } else {
            // `resume` knows no `--sandbox`.
            options += ["-c", "sandbox_mode=\"\(sandbox.rawValue)\""]
        }
        // Nobody could be asked.
        options += ["-c", "approval_policy=\"never\""]
        if let thread { options.append(thread) }
        options += pictures.flatMap { ["--image", $0] }
        // Behind the thread, as older versions insist; and between the pictures and the prompt, of which `--image`
        // would make another picture.
        options.append("--json")
        if thread == nil { options += ["--cd", directory] }
        command.words = head + options + ["-"]
        return command
    }

    /// The words up to `exec`, and those behind it.
    private var codexWords: (head: [String], options: [String]) {
        guard let exec = words.dropFirst().firstIndex(where: { $0 == "exec" }) else { return (words + ["exec"], []) }
        return (Array(words[...exec]), Array(words[(exec + 1)...]))
    }

    /// Words that one of the two command lines refuses, or that would undo what is ours to say.
    var codexTroubles: [AgentProbe.Trouble] {
        ["--sandbox", "-s", "--cd", "-C", "--full-auto", "-"].filter(has).map { word in
            AgentProbe.Trouble(
                "the command of a codex agent cannot have `\(word)`",
                advice: "leave it out; what may be touched is set by `codex_sandbox`", key: "command")
        }
    }
}
