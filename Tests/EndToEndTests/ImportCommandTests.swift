import Foundation
import Testing

@Suite("wecom-router import", .timeLimit(.minutes(5))) struct ImportCommandTests {
    private let source = """
        { "channel_type": "wechatcom_app", "model": "gpt-4o", "open_ai_api_key": "hush-model",
          "wechatcom_corp_id": "ww0000000000000001", "wechatcomapp_token": "QDG6eK", "wechatcomapp_port": 9898,
          "wechatcomapp_secret": "hush-'secret'", "wechatcomapp_agent_id": "1000002",
          "wechatcomapp_aes_key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "group_chat_prefix": ["@bot"] }
        """

    private func write(_ text: String, _ name: String, in directory: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
    }

    private func read(_ name: String, in directory: String) throws -> String {
        try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }

    private func mode(_ name: String, in directory: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")[.posixPermissions] as? Int
    }

    @Test(
        "writes a configuration that check finds in order, and a .env, both for its user alone, and tells of each key")
    func writes() async throws {
        try await withDirectory { directory in
            try write(source, "config.json", in: directory)
            let done = try await Program("import", "config.json", in: directory).finish()
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.hasPrefix("config.json is a configuration of CowAgent.\n"))
            #expect(done.output.contains("config.json:2:68: took wechatcomapp_token as token of app cowagent"))
            #expect(done.output.contains("config.json:4:74: left out group_chat_prefix: has no counterpart here\n"))
            let written = try read("config.yaml", in: directory)
            #expect(!done.output.contains("hush") && !written.contains("hush"))
            #expect(try mode("config.yaml", in: directory) == 0o600 && mode(".env", in: directory) == 0o600)
            #expect(try read(".env", in: directory).contains("COWAGENT_SECRET=\"hush-'secret'\"\n"))
            let check = try await Program("check", in: directory).finish()
            #expect(check.status == 0, "\(check.errors)")
            #expect(check.output.contains("app cowagent: ww0000000000000001/1000002, answered by cowagent"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory).allSatisfy { !$0.hasSuffix(".part") })
        }
    }

    @Test("never writes over a file without being told, and then keeps the other lines of the .env")
    func overwriting() async throws {
        try await withDirectory { directory in
            try write(source, "theirs.json", in: directory)
            try write("mine: 1\n", "config.yaml", in: directory)
            let refused = try await Program("import", "theirs.json", in: directory).finish()
            #expect(
                refused.status == 1 && refused.errors.contains("config.yaml is there already, and nothing is written"))
            #expect(try read("config.yaml", in: directory) == "mine: 1\n")
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/.env"))

            try write("# mine\nOTHER=1\nCOWAGENT_TOKEN=old\n", ".env", in: directory)
            let forced = try await Program("import", "theirs.json", "--force", in: directory).finish()
            #expect(forced.status == 1 && forced.errors.contains(".env is what was read"), "\(forced.errors)")
            let elsewhere = try await Program(
                "import", "theirs.json", "--env-file", "/dev/null", "--force", in: directory
            ).finish()
            #expect(elsewhere.status == 0, "\(elsewhere.errors)")
            let variables = try read(".env", in: directory)
            #expect(variables.hasPrefix("# mine\nOTHER=1\n") && variables.contains("COWAGENT_TOKEN=QDG6eK\n"))
            #expect(!variables.contains("=old"))
        }
    }

    @Test("a configuration that is read is not written over, whatever is said")
    func source() async throws {
        try await withDirectory { directory in
            try write(source, "config.yaml", in: directory)
            let done = try await Program("import", "config.yaml", "--force", in: directory).finish()
            #expect(done.status == 1 && done.errors.contains("config.yaml is what was read, and stays"))
            #expect(try read("config.yaml", in: directory) == source)
        }
    }

    @Test("writes nothing in a rehearsal, with a fault, or where there is nothing to serve")
    func nothing() async throws {
        try await withDirectory { directory in
            try write(source, "theirs.json", in: directory)
            let rehearsal = try await Program("import", "theirs.json", "--dry-run", in: directory).finish()
            #expect(rehearsal.status == 0 && rehearsal.output.contains("token: ${COWAGENT_TOKEN}\n"))
            #expect(!rehearsal.output.contains("hush"))

            try write(source.replacing("1000002", with: "one"), "bent.json", in: directory)
            let bent = try await Program("import", "bent.json", in: directory).finish()
            #expect(bent.status == 78 && bent.errors.hasPrefix("bent.json:3:"), "\(bent.errors)")
            #expect(bent.errors.contains("nothing is written"))

            try write("[wecom]\nenabled = false\nsecret = \"hush\"\n", "bot.toml", in: directory)
            let bot = try await Program("import", "bot.toml", in: directory).finish()
            #expect(bot.status == 1 && bot.errors.contains("holds no app and no bot of WeCom"), "\(bot.errors)")
            #expect(bot.output.contains("left out wecom.secret") && !(bot.output + bot.errors).contains("hush"))

            let kind = try await Program("import", "theirs.json", "--from", "hermse", in: directory).finish()
            #expect(kind.status == 2 && kind.errors.contains("did you mean hermes?"))
            let missing = try await Program("import", "none.json", in: directory).finish()
            #expect(missing.status == 78 && missing.errors.contains("none.json: no such file"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == [
                    "bent.json", "bot.toml", "theirs.json",
                ])
        }
    }

    @Test("a file that has a bot only becomes a configuration that check finds in order")
    func bot() async throws {
        try await withDirectory { directory in
            let text = """
                [wecom]
                enabled = true
                bot_id = "aib-one"
                secret = "hush-bot"
                allowed_conversation_ids = ["wrGroup", "zhangsan"]
                """
            try write(text, "bot.toml", in: directory)
            let done = try await Program("import", "bot.toml", in: directory).finish()
            #expect(done.status == 0 && done.output.contains("took wecom.bot_id as bot_id of bot"), "\(done.errors)")
            #expect(!(done.output + (try read("config.yaml", in: directory))).contains("hush"))
            #expect(try read(".env", in: directory).contains("BOT_SECRET=hush-bot\n"))
            let check = try await Program("check", in: directory).finish()
            #expect(
                check.status == 0 && check.output.contains("bot bot: bot/aib-one, answered by loongclaw"), "\(check)")
        }
    }
}
