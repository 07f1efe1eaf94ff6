import Simulator
import WeCom

extension World {
    /// The configuration of a router with these apps and bots, for a WeCom that is played at `url`.
    func configurationText(forWeComAt url: LoopbackURL) -> String {
        """

        # A configuration for this world: save it and start `wecom-router serve --config FILE` with it.
        agents:
          helper: { kind: echo }
        \(list("apps", apps.map { $0.entry(url) }))
        \(list("bots", bots.map { $0.entry(url) }))


        """
    }

    private func list(_ name: String, _ entries: [String]) -> String {
        entries.isEmpty ? "\(name): []" : "\(name):\n\(entries.joined(separator: "\n"))"
    }
}

extension World.App {
    fileprivate func entry(_ url: LoopbackURL) -> String {
        """
          - name: \(name)
            corp_id: \(corpID)
            agent_id: \(agentID)
            corp_secret: \(secret.reveal())
            token: \(token.reveal())
            encoding_aes_key: \(encodingAESKey.reveal())
            agent: helper
            allow_all_users: true
            api_base_url: \(url.text)
        """
    }
}

extension World.Bot {
    fileprivate func entry(_ url: LoopbackURL) -> String {
        let wire =
            switch wire {
            case .webhook(let token, let encodingAESKey):
                """
                    mode: webhook
                    token: \(token.reveal())
                    encoding_aes_key: \(encodingAESKey.reveal())
                """
            case .socket(let secret):
                """
                    mode: socket
                    secret: \(secret.reveal())
                    websocket_url: \(url.webSocketURL)
                """
            }
        return """
              - name: \(name)
            \(wire)
                bot_id: \(id.text)
                agent: helper
                allow_all_users: true
                allow_all_conversations: true
                private_files: true
                api_base_url: \(url.text)
            """
    }
}
