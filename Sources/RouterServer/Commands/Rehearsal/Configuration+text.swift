import WeCom

extension Configuration {
    /// The file of one run with these apps and bots, for a WeCom that is played at `url`.
    func text(forWeComAt url: LoopbackURL) -> String {
        """

        # A configuration for this one run: save it and start `wecom-router serve --config FILE` with it.
        agents:
          helper: { kind: echo }
        apps:
        \(apps.map { $0.entry(url) }.joined(separator: "\n"))
        bots:
        \(bots.map { $0.entry(url) }.joined(separator: "\n"))


        """
    }
}

extension Configuration.App {
    fileprivate func entry(_ url: LoopbackURL) -> String {
        """
          - name: \(name)
            corp_id: \(corpID)
            agent_id: \(agentID)
            corp_secret: \(corpSecret.reveal())
            token: \(token.reveal())
            encoding_aes_key: \(encodingAESKey.reveal())
            agent: helper
            allow_all_users: true
            api_base_url: \(url.text)
        """
    }
}

extension Configuration.Bot {
    fileprivate func entry(_ url: LoopbackURL) -> String {
        let wire =
            switch wire {
            case .webhook(let webhook):
                """
                    mode: webhook
                    token: \(webhook.token.reveal())
                    encoding_aes_key: \(webhook.encodingAESKey.reveal())
                """
            case .socket(let socket):
                """
                    mode: socket
                    secret: \(socket.secret.reveal())
                    websocket_url: \(url.webSocketURL)
                """
            }
        return """
              - name: \(name)
            \(wire)
                bot_id: \(botID?.text ?? "")
                agent: helper
                allow_all_users: true
                allow_all_conversations: true
                private_files: true
                api_base_url: \(url.text)
            """
    }
}
