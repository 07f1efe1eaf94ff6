import Foundation
package import Simulator
import WeCom

/// The apps of two corps and two AI bots, and people who write to each of them under the same ids, so that an answer through
/// the wrong one would be seen.
package struct Cast: Sendable {
    package let apps: [FakeApp]
    package let calledBot: FakeBot
    package let connectedBot: FakeSocketBot
    let people: [String]

    /// The group in which all of them call the bots.
    static let room = "wrRoom"
    private static let names = ["zhangsan", "lisi", "wangwu"]

    /// The router will be found at `port` of loopback.
    package init(people count: Int = 3, port: Int) throws {
        people = (0..<count).map { Cast.names[$0 % Cast.names.count] + ($0 < Cast.names.count ? "" : "-\($0)") }
        apps = try (0..<Door.apps).map { number in
            FakeApp(
                corpID: CorpID("ww000000000000000\(number / 2)"), agentID: AgentID(1_000_002 + Int64(number % 2)),
                secret: Secret("secret-\(number)"), keys: try Cast.keys(number),
                callbackURL: "http://127.0.0.1:\(port)/wecom/callback")
        }
        calledBot = FakeBot(
            id: BotID("aibCalled"), keys: try Cast.keys(Door.apps),
            callbackURL: "http://127.0.0.1:\(port)/wecom/bot")
        connectedBot = FakeSocketBot(id: BotID("aibConnected"), secret: Secret("secret-of-the-socket"))
    }

    /// Everybody with everybody, and the group with each of the bots.
    package var conversations: [Conversation] {
        Door.allCases.flatMap { door in
            (people + (door.isBot ? [Cast.room] : [])).map { Conversation(door: door, peer: $0) }
        }
    }

    /// The app that this came through.
    func door(of message: SentMessage) -> Door? {
        apps.firstIndex { $0.corpID == message.corpID && $0.agentID == message.agentID }.map(Door.app)
    }

    /// The bot that showed this.
    func door(of bubble: Bubble) -> Door? {
        [(calledBot.id, Door.called), (connectedBot.id, .connected)].first { $0.0 == bubble.bot }?.1
    }

    /// Writes the router's `config.yaml`: it is reached at `port`, where it listens unless a variable says otherwise, and finds WeCom
    /// at `api` and the bots' agent at `teller`. `more` are further keys.
    package func writeConfiguration(
        in directory: String, port: Int, api: String, teller: String, more: String = ""
    ) throws {
        let apps = apps.enumerated().map { number, app in
            """
              - name: \(Door.app(number))
                corp_id: \(app.corpID)
                agent_id: \(app.agentID)
                agent: echo
                corp_secret: \(app.secret.reveal())
            \(Cast.keyLines(number))
                acknowledge_after: 0s
                allow_all_users: true
                api_base_url: \(api)
                \(Cast.noLimits)

            """
        }
        let text = """
            server: { host: 127.0.0.1, port: \(port), public_url: "http://127.0.0.1:\(port)" }
            management: { port: 0 }
            log: { level: warning, format: json }
            \(more)
            agents:
              echo: { kind: echo }
              teller: { kind: http, url: "\(teller)", secret: any-will-do }
            apps:
            \(apps.joined())bots:
              - name: \(Door.called)
                mode: webhook
                bot_id: \(calledBot.id.text)
            \(Cast.keyLines(Door.apps))
            \(Cast.openToAll(api))
              - name: \(Door.connected)
                mode: socket
                bot_id: \(connectedBot.id.text)
                secret: \(connectedBot.secret.reveal())
                websocket_url: \(api.replacingOccurrences(of: "http:", with: "ws:"))/
            \(Cast.openToAll(api))

            """
        try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
    }

    private static let noLimits =
        "limits: { messages_in_per_minute: 0, messages_out_per_minute: 0, messages_out_per_hour: 0 }"

    private static func openToAll(_ api: String) -> String {
        """
            agent: teller
            allow_all_users: true
            allow_all_conversations: true
            api_base_url: \(api)
            private_files: true
            \(noLimits)
        """
    }

    private static func keys(_ number: Int) throws -> CallbackKeys {
        try CallbackKeys(token: Secret("token\(number)"), encodingAESKey: Secret(encodingAESKey(number)))
    }

    private static func keyLines(_ number: Int) -> String {
        """
            token: token\(number)
            encoding_aes_key: \(encodingAESKey(number))
        """
    }

    private static func encodingAESKey(_ number: Int) -> String { String(repeating: "A", count: 41) + "\(number)A" }
}
