import Text

extension Importer {
    /// Adds the agent of a project, and returns its name.
    func addCCConnectAgent(_ agent: ForeignTable, _ project: String?) -> String {
        let name = name(project, orElse: "agent", taken: draft.agents.map(\.name))
        let kind = agent.value("type")
        let options = agent.table("options")
        var part = ConfigurationDraft.Part(name: name, lines: [], origin: agent.place)
        switch kind?.text {
        case "claudecode": part.lines = claudeLines(options, name)
        case "codex": part.lines = codexLines(options, name)
        case "acp": part.lines = acpLines(options)
        case let known? where Self.acpCommands[known] != nil:
            part.lines = [
                Line("kind", "acp"), Line("command", YAMLText.list(Self.acpCommands[known] ?? []), from: kind?.place),
            ]
        default:
            let what = kind.map { "\(shown($0.text)) is no agent that is known here" } ?? "no agent is named"
            part.remarks = ["\(what): echo stands in its place and answers with what it was told. Put yours here."]
            part.lines = [Line("kind", "echo")]
            notes.changed(
                kind?.place ?? agent.place, agent.path, "\(what): echo stands in its place until you say who answers")
        }
        if let kind, part.remarks.isEmpty { notes.took(kind, as: "kind of agent \(name)") }
        if part.remarks.isEmpty, let directory = options.value("work_dir") {
            notes.changed(
                directory, "it works in a directory of each conversation, and may write to this one as well: writable")
            part.lines.append(Line("writable", YAMLText.list([text(directory)]), from: directory.place))
        }
        switch kind?.text {
        case "claudecode": part.lines += providerLines(agent, options, name, "ANTHROPIC")
        case "codex": part.lines += providerLines(agent, options, name, "OPENAI")
        default: agent.leave("providers", "has no counterpart here: give the program its keys in environment")
        }
        options.finish("has no counterpart here: give it in command or environment")
        agent.finish("has no counterpart here")
        draft.agents.append(part)
        return name
    }

    /// Those that speak the Agent Client Protocol by themselves.
    private static let acpCommands = [
        "gemini": ["gemini", "--acp"], "opencode": ["opencode", "acp"], "kimi": ["kimi", "acp"],
        "qwen": ["qwen", "--acp"],
    ]

    private func claudeLines(_ options: ForeignTable, _ name: String) -> [Line] {
        var command = ["claude", "-p"]
        var origin: Place?
        if let model = options.value("model") {
            notes.took(model, as: "command of agent \(name)")
            command += ["--model", text(model)]
            origin = model.place
        }
        if let directory = options.value("work_dir") { command += ["--add-dir", text(directory)] }
        var permissions = [("default", "ask")]
        if let mode = options.value("mode") {
            switch mode.text {
            case "bypassPermissions", "yolo": permissions = [("default", "allow")]
            case "dontAsk", "dont-ask": permissions = [("default", "deny")]
            case "acceptEdits", "edit": permissions += [("Edit", "allow"), ("Write", "allow")]
            default: break
            }
            notes.changed(mode, "permissions: \(YAMLText.map(permissions))")
        }
        for (key, word) in [("allowed_tools", "allow"), ("disallowed_tools", "deny")] {
            for tool in options.list(key) ?? [] {
                notes.took(tool, as: "\(word) in permissions of agent \(name)")
                permissions.removeAll { $0.0 == tool.text }
                permissions.append((text(tool), word))
            }
        }
        return [
            Line("kind", "command"), Line("command", YAMLText.list(command), from: origin), Line("format", "claude"),
            Line("permissions", YAMLText.map(permissions)),
        ]
    }

    private func codexLines(_ options: ForeignTable, _ name: String) -> [Line] {
        var command = ["codex", "exec", "--json"]
        var origin: Place?
        if let model = options.value("model") {
            notes.took(model, as: "command of agent \(name)")
            command += ["--model", text(model)]
            origin = model.place
        }
        if let mode = options.value("mode") {
            notes.changed(mode, "Codex works inside our sandbox without asking; codex_sandbox says otherwise")
        }
        return [
            Line("kind", "command"), Line("command", YAMLText.list(command), from: origin), Line("format", "codex"),
        ]
    }

    private func acpLines(_ options: ForeignTable) -> [Line] {
        let program = options.value("command")
        let arguments = options.list("args") ?? []
        for value in [program].compactMap(\.self) + arguments { notes.took(value, as: "command") }
        let words = [program].compactMap(\.self) + arguments
        return [Line("kind", "acp"), Line("command", YAMLText.list(words.map(text)), from: program?.place)]
    }

    /// The provider that is in use becomes variables of the program, whose names begin alike.
    private func providerLines(
        _ agent: ForeignTable, _ options: ForeignTable, _ name: String, _ prefix: String
    ) -> [Line] {
        let chosen = options.value("provider")
        var variables: [(String, String)] = []
        for provider in agent.tables("providers") {
            let label = provider.value("name")
            guard chosen == nil || label?.text == chosen?.text, variables.isEmpty else {
                notes.left(provider.place, provider.path, "is a provider that is not in use")
                continue
            }
            if let key = provider.value("api_key") {
                let reference = secretReference(key, ConfigurationDraft.variableName(name, "API_KEY"))
                notes.took(key, as: "\(prefix)_API_KEY in environment of agent \(name), \(reference)")
                variables.append(("\(prefix)_API_KEY", reference))
            }
            if let base = provider.value("base_url") {
                notes.took(base, as: "\(prefix)_BASE_URL in environment of agent \(name)")
                variables.append(("\(prefix)_BASE_URL", text(base)))
            }
            let more = provider.table("env")
            for key in more.keys where isVariableName(key) {
                guard let value = more.value(key) else { continue }
                let reference = secretReference(value, ConfigurationDraft.variableName(name, key))
                notes.took(value, as: "\(key) in environment of agent \(name), \(reference)")
                variables.append((key, reference))
            }
            provider.finish("has no counterpart here")
        }
        return variables.isEmpty ? [] : [Line("environment", YAMLText.map(variables))]
    }
}
