import System

/// The texts of `init` about WeCom's console.
extension InitCommand {
    /// The modes of a bot, for whoever chooses.
    static let modes = """
        By long connection (socket) this server connects to WeCom, needs no public address, and sends files and messages of
        its own accord: take it unless something speaks against it. By URL callback (webhook) WeCom calls this server, which
        needs a stable public https address. The bot's page has one of them at a time.

        """

    static func consoleSteps(_ mode: Configuration.Bot.Mode) -> String {
        switch mode {
        case .socket:
            """
            In the console: \(ConsolePlace.bots), create a bot in API mode (API 模式), choose the long connection (长连接), and
            copy Bot ID and Secret from its page.

            """
        case .webhook:
            """
            In the console: \(ConsolePlace.bots), create a bot in API mode (API 模式), and choose the URL callback (URL回调). Its
            page wants URL, Token and EncodingAESKey, which you get here in a moment; save it once this server runs.

            """
        }
    }

    static func forTheConsole(_ setup: NewSetup, _ configuration: Configuration) -> String {
        let base = setup.publicURL ?? "https://YOUR.PUBLIC.HOST"
        switch setup.subject {
        case .app:
            return """

                Now in WeCom's console (\(ConsolePlace.address)), at the app → 接收消息 → 设置API接收, enter and press Save (保存)
                while this server runs:

                \(fields("\(base)\(configuration.server.path)/\(setup.name)", setup))

                And at \(ConsolePlace.addresses) the address that this machine calls WeCom from.


                """
        case .bot(.webhook):
            return """

                Now in WeCom's console (\(ConsolePlace.address)), at \(ConsolePlace.bots) → the bot → API mode by URL callback,
                enter and press Save (保存) while this server runs:

                \(fields("\(base)\(configuration.server.botPath)/\(setup.name)", setup))


                """
        case .bot(.socket): return "\nNothing is left to do in WeCom's console.\n\n"
        }
    }

    private static func fields(_ url: String, _ setup: NewSetup) -> String {
        """
          URL             \(url)
          Token           \(StandardInput.isTerminal ? setup.token : "as in the .env")
          EncodingAESKey  \(StandardInput.isTerminal ? setup.encodingAESKey : "as in the .env")
        """
    }

    // MARK: Without a terminal

    /// A configuration to fill in.
    static let template = """
        # Fill this in, save it as config.yaml, put the secrets into a .env beside it, and: wecom-router check --online
        # At a terminal, wecom-router init asks for all of it.

        server:
          port: 8645                    # let your proxy or tunnel lead here
          # public_url: https://…       # where WeCom reaches it

        agents:
          helper:
            kind: echo                  # answers with what it was told: command, openai, acp and http are others

        apps:
          - name: my-app
            corp_id: ${MY_APP_CORP_ID}          # \(ConsolePlace.corpID)
            agent_id: ${MY_APP_AGENT_ID}        # \(ConsolePlace.agentID)
            corp_secret: ${MY_APP_SECRET}       # \(ConsolePlace.secret)
            token: ${MY_APP_TOKEN}              # \(ConsolePlace.token)
            encoding_aes_key: ${MY_APP_AES_KEY} # \(ConsolePlace.aesKey)
            agent: helper
            allowed_users: []           # who may write, by user id; or allow_all_users: true

        # The .env, with mode 0600:
        #
        # MY_APP_CORP_ID=ww…
        # MY_APP_AGENT_ID=1000002
        # MY_APP_SECRET=…
        # MY_APP_TOKEN=…
        # MY_APP_AES_KEY=…

        """

    /// The same for a bot that connects: one that is called needs nothing to be filled in.
    static let botTemplate = """
        # Fill this in, save it as config.yaml, put the secret into a .env beside it, and: wecom-router check --online
        # At a terminal, wecom-router init --bot socket asks for all of it.

        agents:
          helper:
            kind: echo                  # answers with what it was told: command, openai, acp and http are others

        bots:
          - name: my-bot
            mode: socket                # the long connection, which needs no public address
            bot_id: ${MY_BOT_ID}        # \(ConsolePlace.botID)
            secret: ${MY_BOT_SECRET}    # \(ConsolePlace.botSecret)
            agent: helper
            allowed_users: []           # who may write, by user id; or allow_all_users: true
            allowed_conversations: []   # ids of group chats in which it answers; or allow_all_conversations: true

        # The .env, with mode 0600:
        #
        # MY_BOT_ID=aib…
        # MY_BOT_SECRET=…

        """
}
