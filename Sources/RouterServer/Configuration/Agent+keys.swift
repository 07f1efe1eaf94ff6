import Agents
import Router
import System
import WeCom

extension Configuration.Agent {
    init(_ section: Section) {
        switch section.require("kind", .agentKind) {
        case .echo: self.init(kind: .echo)
        case .command:
            let format = section.read("format", Form<CommandFormat>.word(), default: .text)
            var program = Configuration.Program(section)
            program.readSandbox(section, isCodex: format == .codex)
            if format == .claude { program.permissions = PermissionPolicy(section) }
            self.init(kind: .command(program, format))
        case .acp:
            var program = Configuration.Program(section)
            program.readSandbox(section, isCodex: false)
            self.init(kind: .acp(program, ACPOptions(section)))
        case .openai: self.init(kind: .openai(ChatCompletionsOptions(section)))
        case .responses: self.init(kind: .responses(ResponsesOptions(section)))
        case .hermes: self.init(kind: .hermes(HermesOptions(section)))
        case .dify: self.init(kind: .dify(DifyOptions(section)))
        case .http: self.init(kind: .http(WebhookOptions(section)))
        }
        key = section.key
        limits = kind.limits
        limits.read(section)
        sessions.read(section)
        section.read("question_timeout", .duration(atMost: .seconds(24 * 3600)), into: &questionTime)
        if questionTime == .zero { section.fault("question_timeout", "is 0: people need some time, as in 15m") }
        // Of a kind that is not known nobody knows the keys.
        if section.reading.places[section.path("kind")] == nil { section.passOver(allBut: ["kind"]) }
        section.finish()
    }
}

extension Configuration.Agent.Kind {
    /// The limits where the configuration names none. Silence tells nothing of an agent that cannot say that it lives: a
    /// program of plain text, a server that does not stream or call.
    var limits: TurnLimits {
        switch self {
        case .echo, .command(_, .text): TurnLimits(idle: nil)
        case .command, .acp: TurnLimits()
        case .openai, .responses, .hermes, .dify, .http: TurnLimits(from: .firstSign)
        }
    }
}

extension Configuration.Program {
    fileprivate init(_ section: Section) {
        self.init(AgentCommand(section.program("command")))
        command.environment = section.secrets("environment")
        command.passedVariables = section.list("pass_environment", .variableName) ?? []
        section.read("user", .text, into: &command.user)
        section.read("memory", .size(atMost: 1 << 40), into: &command.limits.memory)
        if command.limits.memory == 0 { command.limits.memory = nil }
        var processorTime = Duration.zero
        section.read("cpu_time", .duration(atMost: .seconds(24 * 3600)), into: &processorTime)
        if processorTime > .zero { command.limits.processorSeconds = Int(max(1, processorTime.components.seconds)) }
        section.read("nice", .niceness, into: &command.limits.niceness)
        section.read("open_files", .count(16...1_000_000), into: &command.limits.openFiles)
    }
}

extension PermissionPolicy {
    /// One word for all tools, or a word for each and one for the rest.
    fileprivate init(_ section: Section) {
        self.init()
        guard section.hasMapping("permissions") else {
            section.read("permissions", .word(), into: &standard)
            return
        }
        section.section("permissions") { tools in
            for name in tools.entryNames {
                let decision = tools.read(name, Form<Decision>.word(), default: .ask)
                if name == "default" { standard = decision } else { byTool[name] = decision }
            }
        }
    }
}

extension ACPOptions {
    fileprivate init(_ section: Section) {
        self.init()
        permissions = PermissionPolicy(section)
        section.read("final_text", .word(), into: &finalText)
        section.read("mode", .text, into: &mode)
        section.read("model", .text, into: &model)
        section.read("idle_stop", .duration(atMost: .seconds(24 * 3600)), into: &idle)
        section.read("max_processes", .count(1...2000), into: &maxProcesses)
    }
}

extension ChatCompletionsOptions {
    fileprivate init(_ section: Section) {
        self.init(baseURL: section.require("base_url", .webURL), model: section.require("model", .text))
        access.read(section)
        section.read("system_prompt", .text, into: &systemPrompt)
        section.read("introduce", .introduction, into: &introduction)
        history = History(section)
        section.read("temperature", .temperature, into: &temperature)
        tokenLimit = TokenLimit(section)
        section.read("stream_usage", .boolean, into: &asksForUsage)
        section.read("images", .boolean, into: &showsImages)
    }
}

extension ResponsesOptions {
    fileprivate init(_ section: Section) {
        self.init(baseURL: section.require("base_url", .webURL), model: section.require("model", .text))
        access.read(section)
        section.read("system_prompt", .text, into: &systemPrompt)
        section.read("introduce", .introduction, into: &introduction)
        section.read("history", .word(), into: &history)
        section.read("background", .boolean, into: &isInBackground)
        section.read("temperature", .temperature, into: &temperature)
        section.read("max_output_tokens", .count(1...10_000_000), into: &maxTokens)
        section.read("images", .boolean, into: &showsImages)
    }
}

extension HermesOptions {
    fileprivate init(_ section: Section) {
        self.init(baseURL: section.require("base_url", .webURL))
        access.read(section)
        section.read("model", .foreignName, into: &model)
        section.read("provider", .foreignName, into: &provider)
        section.read("system_prompt", .text, into: &systemPrompt)
        section.read("introduce", .introduction, into: &introduction)
        section.read("permissions", .word(), into: &permissions.standard)
        section.read("images", .boolean, into: &showsImages)
    }
}

extension DifyOptions {
    private enum Kind: String, CaseIterable { case chat, workflow }

    fileprivate init(_ section: Section) {
        self.init(baseURL: section.require("base_url", .webURL))
        access.read(section)
        inputs = HeaderTemplates(section.secrets("inputs"))
        switch section.read("app_type", Form<Kind>.word(), default: .chat) {
        case .chat: break
        case .workflow:
            var output: String?
            section.read("output_key", .foreignName, into: &output)
            app = .workflow(input: section.require("input_key", .text), output: output)
            section.read("files_key", .foreignName, into: &filesInput)
        }
    }
}

extension Form where Value == String? {
    /// Somebody else's name of something; empty is none.
    fileprivate static var foreignName: Form {
        Form(placeholder: nil) { text in .fits(text.isEmpty ? nil : text) }
    }
}

extension ServerAccess {
    /// Reads what belongs to the way to a server, but for its address.
    fileprivate mutating func read(_ section: Section) {
        key = section.secret("api_key", .anySecret)
        headers = HeaderTemplates(section.secrets("headers"))
        section.readWay(proxy: &proxy, caFile: &caFile)
    }
}

extension Form where Value == Introduction? {
    /// A word; `true` is another for `name`, and `false` leaves out the date as well.
    fileprivate static var introduction: Form {
        let words = Form<Introduction>.word()
        return Form(placeholder: nil) { text in
            switch text {
            case "true": return .fits(.name)
            case "false": return .fits(nil)
            default:
                switch words.fit(text) {
                case .fits(let word, let warning): return .fits(word, warning: warning)
                case .mismatch(let complaint): return .mismatch(complaint)
                }
            }
        }
    }
}

extension ChatCompletionsOptions.History {
    private enum Keeper: String, CaseIterable { case local, remote }

    fileprivate init(_ section: Section) {
        var (bytes, turns) = (64 << 10, 50)
        section.read("history_bytes", .size(atMost: Session.maxBytes / 2), into: &bytes)
        section.read("history_turns", .count(0...1000), into: &turns)
        switch section.read("history", Form<Keeper>.word(), default: .local) {
        case .local: self = .local(bytes: bytes, turns: turns)
        case .remote: self = .remote
        }
    }
}

extension ChatCompletionsOptions.TokenLimit {
    fileprivate init?(_ section: Section) {
        var (old, new): (Int?, Int?)
        section.read("max_tokens", .count(1...10_000_000), into: &old)
        section.read("max_completion_tokens", .count(1...10_000_000), into: &new)
        if old != nil, new != nil {
            section.fault(
                "max_completion_tokens", "is given together with max_tokens: keep the one that the server takes")
        }
        if let new {
            self = .maxCompletionTokens(new)
        } else if let old {
            self = .maxTokens(old)
        } else {
            return nil
        }
    }
}

extension WebhookOptions {
    fileprivate init(_ section: Section) {
        self.init(url: section.require("url", .webURL), secret: section.requireSecret("secret", .anySecret))
        oldSecret = section.secret("old_secret", .anySecret)
        headers = HeaderTemplates(section.secrets("headers"))
        allowPrivate = PrivateHosts((section.list("allow_private", .privateHost) ?? []).compactMap(\.self))
        section.readWay(proxy: &proxy, caFile: &caFile)
    }
}

extension Form where Value == PrivateHosts.Entry? {
    /// A server within our own network.
    fileprivate static var privateHost: Form {
        Form(placeholder: nil) { text in
            guard let entry = PrivateHosts.Entry(text) else {
                return .mismatch(
                    "is \(shown(text)): write a host, a host with a port, an address or a network, as in files.internal, "
                        + "files.internal:8080, 10.1.2.3, [fd00::1]:8080 or 10.0.0.0/8")
            }
            return .fits(entry)
        }
    }
}

extension SessionLimits {
    /// Zero is another word for never.
    fileprivate mutating func read(_ section: Section) {
        var (age, count) = (Duration.zero, 0)
        section.read("session_ttl", .duration(atMost: .seconds(366 * 24 * 3600)), into: &age)
        section.read("session_max_turns", .count(0...1_000_000), into: &count)
        idle = age == .zero ? nil : age
        turns = count == 0 ? nil : count
    }
}

extension Section {
    /// Reads how a server is reached.
    fileprivate func readWay(proxy: inout String?, caFile: inout String?) {
        var secret: Secret?
        read("proxy", .proxy, into: &secret)
        proxy = secret?.reveal()
        read("ca_file", .readableFile(reading), into: &caFile)
    }
}

extension Form where Value == Secret {
    /// A secret of any form, made by somebody else.
    static var anySecret: Form {
        Form(placeholder: Secret("")) { text in
            text.hasBlanks ? .mismatch("has white space in it, which no key has") : .fits(Secret(text))
        }
    }
}

extension Form where Value == Int {
    static var niceness: Form {
        Form(placeholder: 0) { text in
            guard let number = Int(text), (-20...19).contains(number) else {
                return .mismatch("is \(shown(text)): it must be a number from -20 (first) to 19 (last)")
            }
            return .fits(number)
        }
    }
}

extension Form where Value == Double {
    static var temperature: Form {
        Form(placeholder: 0) { text in
            guard let number = Double(text), (0...5).contains(number) else {
                return .mismatch("is \(shown(text)): it must be a number from 0 to 5, as in 0.7")
            }
            return .fits(number)
        }
    }
}

extension Form where Value == String {
    /// A variable of the environment.
    static var variableName: Form {
        Form(placeholder: "") { text in
            guard isVariableName(text) else {
                return .mismatch("is \(shown(text)): it must be the name of a variable, as in HTTPS_PROXY")
            }
            return .fits(text)
        }
    }
}
