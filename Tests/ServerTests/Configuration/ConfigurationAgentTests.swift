import Agents
import Router
import RouterServer
import System
import TestSupport
import Testing
import WeCom

@Suite("Agents of a configuration") struct ConfigurationAgentTests {
    private func agent(
        _ keys: String, _ environment: [String: String] = [:]
    ) throws -> Configuration.Agent {
        let yaml = ConfigurationSample.own(agents: "agents: { a: { \(keys) } }")
        return try #require(try loadConfiguration(yaml, environment).agents["a"])
    }

    @Test("a program is read with its words as they stand, its variables, its limits and what it may do")
    func command() throws {
        let agent = try agent(
            """
            kind: command, command: [claude, -p, --allowedTools, "Bash,Read"], format: claude,
            environment: { ANTHROPIC_API_KEY: "${KEY}", EMPTY: "" }, pass_environment: [HTTPS_PROXY], user: nobody, nice: 5,
            memory: 2GiB, cpu_time: 90s, open_files: 64, permissions: { default: deny, Read: allow, execute: ask },
            timeout: 5m, session_ttl: 7d, session_max_turns: 9, question_timeout: 2m
            """, ["KEY": "sk-secret"])
        guard case .command(let program, .claude) = agent.kind else { throw Unexpected("\(agent.kind)") }
        #expect(program.command.words == ["claude", "-p", "--allowedTools", "Bash,Read"])
        #expect(
            program.command.environment.mapValues { $0.reveal() } == ["ANTHROPIC_API_KEY": "sk-secret", "EMPTY": ""])
        #expect(program.command.passedVariables == ["HTTPS_PROXY"] && program.command.user == "nobody")
        #expect(program.command.limits.memory == 2 << 30 && program.command.limits.processorSeconds == 90)
        #expect(program.command.limits.niceness == 5 && program.command.limits.openFiles == 64)
        #expect(program.permissions == PermissionPolicy(.deny, byTool: ["Read": .allow, "execute": .ask]))
        #expect(agent.limits.total == .seconds(300))
        #expect(agent.sessions == SessionLimits(idle: .seconds(7 * 86_400), turns: 9))
        #expect(agent.questionTime == .seconds(120))
        #expect(!"\(program)".contains("sk-secret"))
    }

    @Test(
        "silence ends the turns of kinds that can say that they live, after longer than the work of half an hour",
        arguments: [
            ("kind: echo", TurnLimits(idle: nil)), ("kind: command, command: x", TurnLimits(idle: nil)),
            ("kind: command, command: x, format: jsonl", TurnLimits(idle: .seconds(2100))),
            ("kind: command, command: x, format: claude", TurnLimits(idle: .seconds(2100))),
            ("kind: command, command: x, format: codex", TurnLimits(idle: .seconds(2100))),
            ("kind: acp, command: x", TurnLimits(idle: .seconds(2100))),
            ("kind: openai, base_url: \"http://m/v1\", model: m", TurnLimits(idle: .seconds(2100), from: .firstSign)),
            ("kind: http, url: \"http://h/\", secret: s", TurnLimits(idle: .seconds(2100), from: .firstSign)),
        ])
    func silence(keys: String, limits: TurnLimits) throws {
        #expect(try agent(keys).limits == limits)
        #expect(try agent("\(keys), idle_timeout: 90s").limits == TurnLimits(idle: .seconds(90)))
        #expect(try agent("\(keys), idle_timeout: 0").limits.idle == nil)
    }

    @Test("an idle_timeout that timeout comes before is told")
    func idleBehindTimeout() throws {
        func warnings(_ keys: String) throws -> [String] {
            let yaml = ConfigurationSample.own(agents: "agents: { a: { kind: echo, \(keys) } }")
            return try loadConfiguration(yaml).warnings.map(\.message)
        }
        let told = "agents.a.idle_timeout has no effect, because timeout ends every turn after 10 min"
        #expect(try warnings("timeout: 10m, idle_timeout: 10m") == [told])
        #expect(try warnings("timeout: 10m, idle_timeout: 9m").isEmpty && warnings("timeout: 10m").isEmpty)
    }

    @Test("a program is in a sandbox unless the kernel cannot or somebody says no; what else it may reach is read")
    func sandbox() throws {
        func program(_ keys: String, landlock: Int = 7) throws -> (Configuration.Program, [String]) {
            let yaml = ConfigurationSample.own(agents: "agents: { a: { \(keys) } }")
            let configuration = try loadConfiguration(yaml, files: ["/x": "", "/y": ""], landlock: landlock)
            let warnings = configuration.warnings.map(\.message).filter { !$0.contains("which is no program") }
            return (try #require(configuration.agents["a"]?.program), warnings)
        }
        let usual = try program("kind: command, command: x, readable: [/x], writable: [/y, /nowhere]")
        #expect(usual.0.command.isShutIn && usual.0.command.readable == ["/x"])
        #expect(usual.0.command.writable == ["/y", "/nowhere"])
        #expect(usual.1 == ["agents.a.writable names /nowhere, which is not there: nothing is opened by it"])
        #expect(try program("kind: acp, command: x").0.command.isShutIn)
        let off = try program("kind: acp, command: x, sandbox: false, readable: [/x]")
        #expect(!off.0.command.isShutIn)
        #expect(off.1 == ["agents.a.readable has no effect, because the program is not shut in (sandbox)"])

        let without = try program("kind: command, command: x", landlock: 0)
        #expect(!without.0.command.isShutIn && without.1.count == 1)
        #expect(without.1[0].hasPrefix("agents.a runs a program as our own user, which can read this configuration"))
        #expect(try program("kind: command, command: x, user: bot", landlock: 0).1 == [])
        #expect(try program("kind: command, command: x, sandbox: false", landlock: 0).1 == [])
        let told = try configurationFaults(
            ConfigurationSample.own(agents: "agents: { a: { kind: command, command: x, sandbox: true } }"), landlock: 0)
        #expect(
            told.count == 1 && told[0].hasPrefix("config.yaml:1:52: agents.a.sandbox is true, but this kernel has no"))
    }

    @Test(
        "Codex's own sandbox has a key of its own; its words at the old place still count, and it is said where they go"
    )
    func codexSandbox() throws {
        func codex(_ keys: String) throws -> (Configuration.Program, [String]) {
            let yaml = ConfigurationSample.own(
                agents: "agents: { a: { kind: command, command: x, format: codex, \(keys) } }")
            let configuration = try loadConfiguration(yaml)
            let warnings = configuration.warnings.map(\.message).filter { !$0.contains("which is no program") }
            return (try #require(configuration.agents["a"]?.program), warnings)
        }
        let new = try codex("codex_sandbox: read-only, sandbox: false")
        #expect(new.0.codexSandbox == .readOnly && !new.0.command.isShutIn && new.1 == [])
        let both = try codex("codex_sandbox: read-only")
        #expect(both.0.codexSandbox == .readOnly && !both.0.command.isShutIn && both.1.count == 1)
        #expect(
            both.1.first?.hasPrefix("agents.a.codex_sandbox keeps our own sandbox off, inside which Codex's cannot")
                == true)
        #expect(try codex("codex_sandbox: read-only, user: bot").1 == [])
        let words = try codex("sandbox: workspace-write")
        #expect(words.0.codexSandbox == .workspaceWrite && !words.0.command.isShutIn && words.1.count == 2)
        let old = try codex("sandbox: danger-full-access")
        #expect(old.0.codexSandbox == .fullAccess && old.0.command.isShutIn)
        #expect(
            old.1 == [
                "agents.a.sandbox is a word of Codex's own sandbox: write codex_sandbox: danger-full-access; sandbox is true "
                    + "or false"
            ])
        let usual = try codex("nice: 1")
        #expect(
            usual.0.codexSandbox == .fullAccess && usual.0.command.isShutIn, "of two sandboxes one within the other")
        #expect(try codex("sandbox: false").0.codexSandbox == .workspaceWrite)
        for keys in [
            "command: x, sandbox: read-only", "command: x, codex_sandbox: read-only",
            "command: x, format: codex, sandbox: true, codex_sandbox: read-only",
        ] {
            let yaml = ConfigurationSample.own(agents: "agents: { a: { kind: command, \(keys) } }")
            #expect(try configurationFaults(yaml).count == 1)
        }
    }

    @Test("a command may be one text; the usual format is text, the usual permission to ask")
    func usual() throws {
        let agent = try agent("kind: command, command: ./answer --loud")
        guard case .command(let program, .text) = agent.kind else { throw Unexpected("\(agent.kind)") }
        #expect(program.command.words.first?.hasSuffix("/answer") == true && program.command.words[1...] == ["--loud"])
        #expect(program.permissions == PermissionPolicy() && program.command.limits == ProgramLimits())
        #expect(agent.sessions == SessionLimits() && agent.questionTime == .seconds(900))
    }

    @Test("a program of the Agent Client Protocol is read")
    func acp() throws {
        let agent = try agent(
            "kind: acp, command: [gemini, --acp], final_text: all, mode: ask, model: m, idle_stop: 90s, max_processes: 3, "
                + "permissions: allow")
        guard case .acp(let program, let options) = agent.kind else { throw Unexpected("\(agent.kind)") }
        #expect(program.command.words == ["gemini", "--acp"])
        #expect(options.finalText == .all && options.mode == "ask" && options.model == "m")
        #expect(options.idle == .seconds(90) && options.maxProcesses == 3)
        #expect(options.permissions == PermissionPolicy(.allow))
    }

    @Test("a server of Chat Completions is read, and its key shows nowhere")
    func openai() throws {
        let agent = try agent(
            """
            kind: openai, base_url: "http://127.0.0.1:8642/v1/", model: hermes, api_key: sk-very-secret, system_prompt: Be brief.,
            introduce: id, history: local, history_bytes: 8KiB, history_turns: 3, temperature: 0.5,
            max_completion_tokens: 100, stream_usage: false, images: false, headers: { X-Key: "k-very-secret" }
            """)
        guard case .openai(let options) = agent.kind else { throw Unexpected("\(agent.kind)") }
        #expect(options.access.baseURL == "http://127.0.0.1:8642/v1" && options.model == "hermes")
        #expect(options.access.key == Secret("sk-very-secret") && options.systemPrompt == "Be brief.")
        #expect(options.history == .local(bytes: 8 << 10, turns: 3) && options.introduction == .id)
        #expect(options.temperature == 0.5 && options.tokenLimit == .maxCompletionTokens(100))
        #expect(!options.asksForUsage && !options.showsImages)
        #expect(!"\(options)".contains("very-secret"))
    }

    @Test(
        "a model is told nothing of the person unless it is on this machine, or somebody says so",
        arguments: [
            ("http://127.0.0.1:8642/v1", "", .name), ("http://localhost:1/v1", "", .name),
            ("http://[::1]/v1", "", .name),
            ("https://api.example.com/v1", "", .anonymous), ("http://10.0.0.8/v1", "", .anonymous),
            ("http://localhost.example.com/v1", "", .anonymous), ("https://api.example.com/v1", "introduce: id,", .id),
            ("https://api.example.com/v1", "introduce: true,", .name),
            ("http://127.0.0.1/v1", "introduce: none,", .anonymous),
            ("http://127.0.0.1/v1", "introduce: false,", nil),
        ] as [(String, String, Introduction?)])
    func introduction(url: String, key: String, introduction: Introduction?) throws {
        let agent = try agent("kind: openai, \(key) base_url: \"\(url)\", model: m")
        guard case .openai(let options) = agent.kind else { throw Unexpected("\(agent.kind)") }
        #expect(options.introduction == introduction)
    }

    @Test("a service that takes signed jobs is read; without a public address it is said that it cannot call back")
    func http() throws {
        let keys = "kind: http, url: \"https://hook.example/x\", secret: very-secret, old_secret: older-secret"
        guard case .http(let options) = try agent(keys).kind else { throw Unexpected(keys) }
        #expect(options.url == "https://hook.example/x" && options.secret == Secret("very-secret"))
        #expect(options.oldSecret == Secret("older-secret"))
        #expect(options.allowPrivate == PrivateHosts())
        let yaml = ConfigurationSample.own(agents: "agents: { a: { \(keys) } }")
        let warnings = try loadConfiguration(yaml).warnings.map(\.message)
        #expect(
            warnings == [
                "agents.a cannot be called back without server.public_url: agent a has to answer at once"
            ])
    }

    @Test("servers within the network from which files may be fetched are read")
    func privateHosts() throws {
        let keys = "kind: http, url: \"https://hook.example/x\", secret: very-secret, allow_private: "
        let list = ["files.internal", "nas:8080", "10.1.2.3", "10.0.0.0/8", "[fd00::1]:8080", "fd00::/8"]
        let written = list.map { "'\($0)'" }.joined(separator: ", ")
        guard case .http(let options) = try agent(keys + "[\(written)]").kind else { throw Unexpected(keys) }
        #expect(options.allowPrivate == PrivateHosts(list.compactMap { PrivateHosts.Entry($0) }))
        #expect(list.allSatisfy { PrivateHosts.Entry($0) != nil })
    }

    @Test("a program that is not there is told with its line, before anybody writes")
    func missing() throws {
        let yaml = ConfigurationSample.own(
            agents: "agents: { a: { kind: command, command: [nowhere, -p], environment: { PATH: /opt/bin } } }")
        let warnings = try loadConfiguration(yaml).warnings
        #expect(
            warnings.map(\.description) == [
                "config.yaml:1:41: agents.a.command names nowhere, which is no program in PATH: agent a can answer nobody "
                    + "until it is there"
            ])
    }

    @Test(
        "what does not fit is told with its line",
        arguments: [
            ("kind: command", "1:14: agents.a.command is missing"),
            ("kind: command, command: []", "1:14: agents.a.command names no program: write it as in [claude, -p]"),
            (
                "kind: command, command: x, format: jason",
                "1:51: agents.a.format is jason: it must be one of text, jsonl, claude, codex"
            ),
            (
                "kind: acp, command: x, permissions: maybe",
                "1:52: agents.a.permissions is maybe: it must be one of ask, allow, deny"
            ),
            (
                "kind: acp, command: x, permissions: { Read: yes }",
                "1:60: agents.a.permissions.Read is yes: it must be one of ask, allow, deny"
            ),
            (
                "kind: command, command: x, nice: 20",
                "1:49: agents.a.nice is 20: it must be a number from -20 (first) to 19 (last)"
            ),
            (
                "kind: command, command: x, format: codex, permissions: deny",
                "1:58: agents.a.permissions is not a known key"
            ),
            ("kind: command, command: x, url: y", "1:43: agents.a.url is not a known key"),
            (
                "kind: command, command: x, pass_environment: [1A]",
                "1:62: agents.a.pass_environment[0] is 1A: it must be the name of a variable, as in HTTPS_PROXY"
            ),
            ("kind: openai, model: m", "1:14: agents.a.base_url is missing"),
            (
                "kind: openai, base_url: \"http://h/v1\", model: m, max_tokens: 1, max_completion_tokens: 2",
                "1:103: agents.a.max_completion_tokens is given together with max_tokens: keep the one that the server takes"
            ),
            ("kind: http, url: \"http://h\"", "1:14: agents.a.secret is missing: give it, or secret_file with"),
            (
                "kind: http, url: 'http://h', secret: very-secret, allow_private: [nas, 'http://nas/']",
                "1:87: agents.a.allow_private[1] is http://nas/: write a host, a host with a port, an address or a network"
            ),
            (
                "kind: openai, base_url: 'http://h', model: m, allow_private: [nas]",
                "1:62: agents.a.allow_private is not"
            ),
            (
                "kind: echo, question_timeout: 0",
                "1:46: agents.a.question_timeout is 0: people need some time, as in 15m"
            ),
        ])
    func faults(_ keys: String, _ fault: String) throws {
        let told = try configurationFaults(ConfigurationSample.own(agents: "agents: { a: { \(keys) } }"))
        #expect(told.count == 1 && told[0].hasPrefix("config.yaml:\(fault)"), "\(told)")
    }

    @Test("commands of an app are renamed, switched off, and refused where two share a word")
    func commands() throws {
        func app(_ commands: String) -> String {
            ConfigurationSample.own(more: "    allow_all_users: true\n    commands: \(commands)")
        }
        let words = try loadConfiguration(app("{ stop: [/halt, 停], new: [], help: \"\" }")).apps[0].conduct.commands
            .words
        #expect(words[.stop] == ["/halt", "停"] && words[.new] == [] && words[.help] == [])
        #expect(words[.status] == ["/status", "状态"])
        #expect(try configurationFaults(app("{ stop: [/status] }")).count == 1)
        #expect(try configurationFaults(app("{ stopp: [/x] }")).count == 1)
        #expect(try configurationFaults(app("{ stop: [\"/a b\"] }")).count == 1)
    }
}
