import Text

/// Asks at a terminal for what no option has said, and asks WeCom as soon as there is enough to ask with.
struct SetupInterview {
    let options: Options
    let print: (String) -> Void
    let transports: Transports

    func run(_ given: NewSetup) async throws -> NewSetup {
        try HiddenInput.restoreOnSignals()
        let interview = Interview(print: print)
        var setup = given
        print("WeCom's console is at \(ConsolePlace.address)\n\n")
        if !InitCommand.namesSubject(options) { try await askSubject(&setup, interview) }
        try await askIdentity(&setup, interview, again: false)
        while !options.has("--no-test"), try await !isAccepted(setup, interview) {
            let words = ["change", "go on", "stop"]
            switch try await interview.choose(
                "Change what you entered, go on all the same, or stop?", words, usual: "change")
            {
            case "change": try await askIdentity(&setup, interview, again: true)
            case "stop": throw Interview.Ended()
            default: return try await askRest(setup, interview)
            }
        }
        return try await askRest(setup, interview)
    }

    private func askSubject(_ setup: inout NewSetup, _ interview: Interview) async throws {
        print(
            "A self-built app (自建应用) is written to in a chat of its own. An AI bot (智能机器人) is called in groups, too, and "
                + "its answers show while they are written.\n")
        let word = try await interview.choose("What is to be set up?", ["app", "bot"], usual: "app")
        guard word.isSame(as: "bot") else { return }
        print(InitCommand.modes)
        let mode = try await interview.choose(
            "How do WeCom and the bot speak?", Configuration.Bot.Mode.allCases.map(\.rawValue).reversed(),
            usual: "socket")
        setup.subject = .bot(Configuration.Bot.Mode(rawValue: mode) ?? .socket)
        setup.name = options.value("--name") ?? setup.subject.usualName
    }

    private func askIdentity(_ setup: inout NewSetup, _ interview: Interview, again: Bool) async throws {
        switch setup.subject {
        case .app: try await askApp(&setup, interview, again: again)
        case .bot(let mode): try await askBot(&setup, mode, interview, again: again)
        }
    }

    /// Says what WeCom says so far. A bot that is called cannot be tried before there is a server.
    private func isAccepted(_ setup: NewSetup, _ interview: Interview) async throws -> Bool {
        switch setup.subject {
        case .app: try await InitCommand.askWeCom(setup, transports, print)
        case .bot(.webhook): true
        case .bot(.socket):
            try await InitCommand.askWeCom(
                setup, transports, print, subscribing: try await mayTakeOver(interview))
        }
    }

    /// Asks for the credentials with which WeCom is called.
    private func askApp(_ setup: inout NewSetup, _ interview: Interview, again: Bool) async throws {
        func isAsked(_ option: String) -> Bool { again || options.value(option) == nil }
        if isAsked("--corp-id") {
            setup.corpID = try await interview.ask(
                "企业ID (\(ConsolePlace.corpID))", Form.corpID, usual: again ? setup.corpID : nil)
        }
        if isAsked("--agent-id") {
            setup.agentID = try await interview.ask(
                "AgentId (\(ConsolePlace.agentID))", Form.agentID, usual: again ? setup.agentID : nil)
        }
        if isAsked("--corp-secret-file") {
            setup.secret = try await interview.askHidden("Secret (\(ConsolePlace.secret))", Form.corpSecret)
        }
    }

    private func askRest(_ given: NewSetup, _ interview: Interview) async throws -> NewSetup {
        var setup = given
        if options.value("--name") == nil {
            setup.name = try await interview.ask("A name for it, in paths and logs", Form.name, usual: setup.name)
        }
        if setup.isCalled { try await askKeys(&setup, interview) }
        if setup.isCalled, setup.publicURL == nil, !options.has("--add") {
            let url = try await interview.ask(
                "Public address, as https://bot.example.com; empty if there is none yet", Form.webURL, usual: "")
            setup.publicURL = url.isEmpty ? nil : url
        }
        if options.value("--users") == nil {
            setup.users = try await interview.ask("Who may write: user ids with commas, or * for everyone", Form.text)
        }
        if setup.subject != .app, options.value("--conversations") == nil {
            setup.conversations = try await interview.ask(
                "In which groups it answers: ids of group chats (wr…) with commas, * for every group, empty for none yet",
                Form.text, usual: "")
        }
        if !options.has("--add") { try await askAgent(&setup, interview) }
        return setup
    }

    private func askKeys(_ setup: inout NewSetup, _ interview: Interview) async throws {
        guard options.value("--token-file") == nil, options.value("--aes-key-file") == nil else { return }
        let isApp = setup.subject == .app
        print(
            "Token and EncodingAESKey are made up for you to paste in the console, unless you have them there already.\n"
        )
        setup.token = try await interview.ask(
            "Token (\(isApp ? ConsolePlace.token : ConsolePlace.botToken))", Form.callbackToken, usual: setup.token)
        setup.encodingAESKey = try await interview.ask(
            "EncodingAESKey (\(isApp ? ConsolePlace.aesKey : ConsolePlace.botAESKey))", Form.encodingAESKey,
            usual: setup.encodingAESKey)
    }

    private func askAgent(_ setup: inout NewSetup, _ interview: Interview) async throws {
        if options.value("--agent") == nil {
            setup.agent = try await interview.choose("Who answers?", ["echo", "command", "openai"], usual: "echo")
        }
        switch setup.agent {
        case "command":
            if setup.command.isEmpty {
                setup.command = try await interview.ask(
                    "Program and arguments; each message comes to its standard input", Form.text)
            }
        case "openai":
            if setup.baseURL.isEmpty {
                setup.baseURL = try await interview.ask(
                    "Address of the server, as http://127.0.0.1:11434/v1", Form.webURL)
            }
            if setup.model.isEmpty { setup.model = try await interview.ask("Model", Form.text) }
            if setup.apiKey.isEmpty {
                setup.apiKey = try await interview.askHidden(
                    "Its API key; empty if it wants none", Form.anySecret, usual: "")
            }
        default: break
        }
    }
}
