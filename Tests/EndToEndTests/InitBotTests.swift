import Foundation
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("wecom-router init of a bot", .timeLimit(.minutes(3)))
struct InitBotTests {
    private static let key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    private let environment = ["WECOM_ROUTER_MANAGEMENT_PORT": "0"]
    private let bot = FakeSocketBot(id: BotID("aibHelper"), secret: Secret("hush-bot"))

    /// Lends a played WeCom that knows the bot, and its address.
    private func withWeCom(
        _ body: (LoopbackWorld, _ url: String, _ directory: String) async throws -> Void
    ) async throws {
        try await withWorld { world in
            world.wecom.sockets.add(bot)
            try await withDirectory { try await body(world, world.configuration.apps[0].apiBaseURL, $0) }
        }
    }

    private func read(_ name: String, in directory: String) throws -> String {
        try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }

    @Test("at a terminal a bot is asked for, tried by subscribing once, and again when WeCom refuses its secret")
    func interview() async throws {
        try await withWeCom { world, url, directory in
            let terminal = try Terminal()
            let program = try Program(
                "init", "--api-base-url", url, "--no-serve", at: terminal, in: directory)
            for answer in [
                "bot", "socket", "aibHelper", "wrong-secret", "try", "change", "", "hush-bot", "try", "assistant",
                "zhangsan", "wrGroup", "echo",
            ] { terminal.type(answer) }
            let ending = await program.finish()
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("安全与管理 → 管理工具 → 智能机器人") && ending.output.contains("needs no public address"))
            #expect(ending.output.contains("takes it from whatever program is connected with it now"))
            #expect(
                ending.output.contains("853000") && ending.output.contains("WeCom gives the bot for bot_id and secret"))
            let configuration = try read("config.yaml", in: directory)
            #expect(
                configuration.contains("mode: socket\n") && configuration.contains("allowed_conversations: [wrGroup]"))
            #expect(try read(".env", in: directory).contains("ASSISTANT_SECRET=hush-bot\n"))
            #expect(!(configuration + ending.output).contains("hush-bot") && !configuration.contains("public_url"))
            #expect(try await Program("check", in: directory).finish().status == 0)
        }
    }

    @Test("whoever wants only the way tried takes the bot from nobody")
    func wayOnly() async throws {
        try await withWeCom { world, url, directory in
            let terminal = try Terminal()
            let program = try Program(
                "init", "--bot", "socket", "--bot-id", "aibHelper", "--api-base-url", url, "--no-serve", "--name",
                "desk",
                "--users", "*", "--conversations", "*", "--agent", "echo", at: terminal, in: directory)
            for answer in ["hush-bot", "way"] { terminal.type(answer) }
            let ending = await program.finish()
            #expect(ending.status == 0 && ending.output.contains("takes long connections"), "\(ending)")
            await world.wecom.sockets.record.wait { $0.contains(.closed(1)) }
            #expect(!world.wecom.sockets.record.events.contains(.subscribed(1, bot.id)))
            let configuration = try read("config.yaml", in: directory)
            #expect(
                configuration.contains("allow_all_users: true")
                    && configuration.contains("allow_all_conversations: true"))
        }
    }

    @Test("the secret of a bot is not shown while it is typed")
    func hiddenSecret() async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program(
                running: ["init", "--bot", "socket", "--bot-id", "aibHelper", "--no-test", "--no-serve"], at: terminal,
                isScreen: true, in: directory)
            _ = await terminal.until("not shown: ")
            terminal.type("hush-bot")
            let afterSecret = await terminal.until("in paths and logs")
            terminal.typeEnd()
            #expect(await program.finish().status == 1)
            #expect(!afterSecret.contains("hush"), "\(afterSecret)")
        }
    }

    @Test("with options a bot that connects is set up and served, and is then WeCom's")
    func servedSocket() async throws {
        try await withWeCom { world, url, directory in
            try "hush-bot\n".write(toFile: "\(directory)/secret", atomically: true, encoding: .utf8)
            let program = try Program(
                "init", "--bot", "socket", "--bot-id", "aibHelper", "--bot-secret-file", "secret", "--users",
                "zhangsan",
                "--port", "0", "--api-base-url", url, environment: environment, in: directory)
            let printed = await program.untilPrinted("The server runs.")
            await world.wecom.sockets.record.wait { $0.contains(.subscribed(2, bot.id)) }
            program.send(SIGTERM)
            let ending = await program.finish()
            #expect(ending.status == 0 && printed.contains("takes long connections"), "\(printed)\(ending.errors)")
            #expect(!(printed + ending.output + ending.errors).contains("hush-bot"))
        }
    }

    @Test("with options a bot that is called is set up, and its address answers as the console's Save asks it")
    func servedWebhook() async throws {
        try await withDirectory { directory in
            for (name, text) in [("token", "hushToken"), ("key", Self.key)] {
                try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
            }
            let program = try Program(
                "init", "--bot", "webhook", "--bot-id", "aibDesk", "--token-file", "token", "--aes-key-file", "key",
                "--public-url", "http://127.0.0.1:1", "--users", "*", "--port", "0", environment: environment,
                in: directory)
            let printed = await program.untilPrinted("The server runs.")
            program.send(SIGTERM)
            let ending = await program.finish()
            #expect(ending.status == 0, "\(printed)\(ending.errors)")
            #expect(printed.contains("/wecom/bot/my-bot: answered as WeCom expects it"), "\(printed)")
            #expect(printed.contains("http://127.0.0.1:1/wecom/bot/my-bot: it cannot be reached from here"))
            #expect(!(printed + ending.errors).contains("hushToken") && !(printed + ending.errors).contains(Self.key))
        }
    }

    @Test("with --qr a code is shown, and the bot that comes of it is set up")
    func code() async throws {
        try await withWeCom { world, url, directory in
            let ending = try await Program(
                "init", "--bot", "socket", "--qr", "--users", "*", "--api-base-url", url, "--no-serve", in: directory
            ).finish()
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("WeCom does not document this") && ending.output.contains("█▀▀▀▀▀█"))
            #expect(ending.output.contains("https://work.weixin.qq.com/ai/qc/gen?source=wecom-router&scode="))
            #expect(ending.output.contains("The code is scanned") && ending.output.contains("aib-created-1"))
            let (configuration, variables) = (try read("config.yaml", in: directory), try read(".env", in: directory))
            #expect(configuration.contains("bot_id: aib-created-1 "))
            let secret = try #require(variables.split(separator: "\n").first?.dropFirst("MY_BOT_SECRET=".count))
            #expect(secret.count == 32 && !(ending.output + configuration).contains(secret))
        }
    }

    @Test("what is of a bot is refused without one, and what is of an app beside one")
    func usage() async throws {
        try await withDirectory { directory in
            for (arguments, words) in [
                (["--qr"], "--qr is of a bot"), (["--bot-id", "aib"], "--bot-id is of a bot"),
                (["--bot", "sockets"], "--bot is socket or webhook"),
                (["--bot", "webhook", "--qr"], "--qr is for --bot socket"),
                (["--bot", "socket", "--corp-id", "ww1"], "--corp-id is of an app"),
                (["--bot", "socket", "--websocket-url", "https://x"], "--websocket-url"),
                (["--bot", "socket", "--qr", "--api-base-url", "https://x.example.com"], "an address of this machine"),
            ] {
                let ending = try await Program(running: ["init"] + arguments, in: directory).finish()
                #expect(ending.status == 2 && ending.errors.contains(words), "\(arguments): \(ending.errors)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }

    @Test("without a terminal it prints a configuration of a bot to fill in, which check reads")
    func template() async throws {
        try await withDirectory { directory in
            let printed = try await Program("init", "--bot", "socket", in: directory).finish()
            #expect(printed.status == 0 && printed.output.contains("智能机器人"))
            try printed.output.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
            let variables = ["MY_BOT_ID": "aibHelper", "MY_BOT_SECRET": "hush"]
            let check = try await Program("check", environment: variables, in: directory).finish()
            #expect(check.status == 0, "\(check.errors)")
        }
    }

    // MARK: Beside what is there

    private static let existing = """
        # Ours, written by hand
        agents:
          helper: { kind: echo }   # for now
        apps:
        - name: dept-a
          corp_id: ww0000000000000001
          agent_id: 1000002
          corp_secret: ${DEPT_A_SECRET}
          token: QDG6eK
          encoding_aes_key: \(key)
          allow_all_users: true

        """

    private func add(
        _ more: [String] = [], to text: String, variables: String = "DEPT_A_SECRET=mine",
        then look: (Program.Ending, String) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            for (file, text) in [("config.yaml", text), (".env", variables), ("secret", "hush-bot")] {
                try text.write(toFile: "\(directory)/\(file)", atomically: true, encoding: .utf8)
            }
            let ending = try await Program(
                running: [
                    "init", "--add", "--bot", "socket", "--bot-id", "aib1", "--bot-secret-file", "secret", "--name",
                    "first", "--users", "*", "--no-test",
                ] + more, in: directory
            ).finish()
            try await look(ending, directory)
        }
    }

    @Test("with --add a bot is put beside what is there, which stays to the letter")
    func adding() async throws {
        try await add(to: Self.existing) { ending, directory in
            #expect(ending.status == 0, "\(ending.errors)")
            let written = try read("config.yaml", in: directory)
            #expect(
                written.hasPrefix(Self.existing) && written.contains("\nbots:\n  - name: first\n    mode: socket\n"))
            #expect(try read(".env", in: directory) == "DEPT_A_SECRET=mine\nFIRST_SECRET=hush-bot\n")
            let again = try await Program(
                "init", "--add", "--bot", "webhook", "--name", "second", "--users", "*", in: directory
            ).finish()
            #expect(again.status == 0, "\(again.errors)")
            let both = try read("config.yaml", in: directory)
            #expect(both.contains("bots:\n  - name: second\n") && both.contains("\n  - name: first\n"), "\(both)")
            let check = try await Program("check", in: directory).finish()
            #expect(check.status == 0 && check.output.contains("bot second: ") && check.output.contains("bot first: "))
            #expect(check.output.contains("app dept-a: "))
        }
    }

    @Test("what cannot be added to stays as it is, whatever is in the way")
    func notAdding() async throws {
        let twoAgents = Self.existing.replacing("helper: {", with: "other: { kind: echo }\n  helper: {")
            .replacing("allow_all_users", with: "agent: helper\n  allow_all_users")
        let inline =
            Self.existing + "bots: [{ name: x, mode: socket, bot_id: aibX, secret: hush-x, allow_all_users: true }]\n"
        let cases: [(String, String, [String], Int32, String)] = [
            (Self.existing, "DEPT_A_SECRET=mine\nFIRST_SECRET=x", [], 1, "has FIRST_SECRET already"),
            (twoAgents, "DEPT_A_SECRET=mine", [], 2, "one of helper, other"),
            (inline, "DEPT_A_SECRET=mine", [], 1, "in a way to which init cannot add"),
            (Self.existing, "DEPT_A_SECRET=mine", ["--port", "1"], 2, "--port is of a new configuration"),
            (Self.existing.replacing("agent_id:", with: "agentid:"), "DEPT_A_SECRET=mine", [], 78, "agentid"),
            (
                Self.existing.replacing("dept-a", with: "first"), "DEPT_A_SECRET=mine", [], 78,
                "apps and bots need a name each"
            ),
        ]
        for (text, variables, more, status, words) in cases {
            try await add(more, to: text, variables: variables) { ending, directory in
                #expect(ending.status == status && ending.errors.contains(words), "\(words): \(ending)")
                let (configuration, secrets) = (try read("config.yaml", in: directory), try read(".env", in: directory))
                #expect(configuration == text && secrets == variables)
            }
        }
    }

    @Test("with several agents --agent says which answers, and an empty list is added to")
    func addingToMany() async throws {
        let text = Self.existing.replacing("helper: {", with: "other: { kind: echo }\n  helper: {") + "bots: []\n"
        let named = text.replacing("allow_all_users", with: "agent: helper\n  allow_all_users")
        try await add(["--agent", "other"], to: named) { ending, directory in
            #expect(ending.status == 0, "\(ending.errors)")
            let written = try read("config.yaml", in: directory)
            #expect(
                written.contains("bots:\n  - name: first\n") && written.contains("    agent: other\n"), "\(written)")
        }
    }
}
