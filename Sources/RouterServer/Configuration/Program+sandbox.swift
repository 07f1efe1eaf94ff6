import Agents

extension Configuration.Program {
    /// Reads whether the program is shut in, which it is unless somebody says otherwise or the kernel cannot; and what it
    /// may reach then.
    mutating func readSandbox(_ section: Section, isCodex: Bool) {
        command.isShutIn = section.reading.landlock > 0
        var word: SandboxWord?
        section.read("sandbox", isCodex ? .sandboxOfCodex : .sandbox, into: &word)
        if let isShutIn = word?.ours {
            command.isShutIn = isShutIn
            if isShutIn, section.reading.landlock == 0 {
                section.fault(
                    "sandbox",
                    "is true, but \(Configuration.noLandlock): run on one that has it, or give the program a user of its "
                        + "own (user) and leave this key out")
            }
        }
        if isCodex { readCodexSandbox(section, word) }
        command.readable = section.paths("readable")
        command.writable = section.paths("writable")
    }
}

extension Configuration.Program {
    /// Codex's sandbox mounts, and whoever is in ours may not: of the two there is one. Ours keeps what is the router's from
    /// Codex's commands, which its own does not.
    private mutating func readCodexSandbox(_ section: Section, _ word: SandboxWord?) {
        var words = word?.codex
        section.read("codex_sandbox", .word(), into: &words)
        guard let words, words != .fullAccess else {
            codexSandbox = words ?? (command.isShutIn ? .fullAccess : .workspaceWrite)
            return
        }
        codexSandbox = words
        let key = section.has("codex_sandbox") ? "codex_sandbox" : "sandbox"
        if word?.ours == true {
            section.fault(key, "is \(words.rawValue), which cannot work inside our own sandbox: keep one of the two")
        } else if command.isShutIn {
            command.isShutIn = false
            guard command.user == nil else { return }
            section.warn(
                key,
                "keeps our own sandbox off, inside which Codex's cannot work, and lets the commands of its model read this "
                    + "configuration and the store: leave it out, or write sandbox: false to say that they may")
        }
    }
}

extension Configuration {
    /// The reason why a program cannot be shut in.
    static let noLandlock = "this kernel has no Landlock (Linux 5.13 or later, with landlock among lsm=)"
}

/// A value of `sandbox`.
private enum SandboxWord {
    case ours(Bool)
    /// The old meaning of the key for `format: codex`.
    case codex(CodexSandbox)

    var ours: Bool? { if case .ours(let isShutIn) = self { isShutIn } else { nil } }
    var codex: CodexSandbox? { if case .codex(let words) = self { words } else { nil } }
}

extension Form where Value == SandboxWord {
    fileprivate static var sandbox: Form {
        Form(placeholder: .ours(true)) { text in
            switch Form<Bool>.boolean.fit(text) {
            case .fits(let value, _): .fits(.ours(value))
            case .mismatch(let complaint): .mismatch(complaint)
            }
        }
    }

    fileprivate static var sandboxOfCodex: Form {
        Form(placeholder: .ours(true)) { text in
            guard let words = CodexSandbox(rawValue: text) else { return sandbox.fit(text) }
            let advice = "is a word of Codex's own sandbox: write codex_sandbox: \(text); sandbox is true or false"
            return .fits(.codex(words), warning: advice)
        }
    }
}
