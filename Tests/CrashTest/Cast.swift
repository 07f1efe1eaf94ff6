import Foundation
import Simulator
import WeCom

/// The apps of two corps, and people who write to each of them under the same ids, so that an answer through the wrong app
/// would be seen.
struct Cast {
    let apps: [FakeApp]
    let people = ["zhangsan", "lisi", "wangwu"]

    /// The router will be found at `port` of loopback.
    init(port: Int) throws {
        apps = try (0..<4).map { number in
            FakeApp(
                corpID: CorpID("ww000000000000000\(number / 2)"), agentID: AgentID(1_000_002 + Int64(number % 2)),
                secret: Secret("secret-\(number)"),
                keys: try CallbackKeys(
                    token: Secret("token\(number)"), encodingAESKey: Secret(Cast.encodingAESKey(number))),
                callbackURL: "http://127.0.0.1:\(port)/wecom/callback")
        }
    }

    /// Everybody with everybody.
    var conversations: [Conversation] {
        apps.indices.flatMap { app in people.map { Conversation(app: app, user: $0) } }
    }

    /// The app that this came through.
    func app(of message: SentMessage) -> Int? {
        apps.firstIndex { $0.corpID == message.corpID && $0.agentID == message.agentID }
    }

    /// Writes the router's `config.yaml`: it listens on `port` and finds WeCom at `api`.
    func writeConfiguration(in directory: String, port: Int, api: String) throws {
        let entries = apps.enumerated().map { number, app in
            """
              - name: app-\(number)
                corp_id: \(app.corpID)
                agent_id: \(app.agentID)
                corp_secret: \(app.secret.reveal())
                token: token\(number)
                encoding_aes_key: \(Cast.encodingAESKey(number))
                allow_all_users: true
                api_base_url: \(api)
                acknowledge_after: 0s
                limits: { messages_in_per_minute: 0, messages_out_per_minute: 0, messages_out_per_hour: 0 }

            """
        }
        let text = """
            server: { host: 127.0.0.1, port: \(port) }
            management: { port: 0 }
            log: { level: warning, format: json }
            agents:
              echo: { kind: echo }
            apps:

            """
        try (text + entries.joined()).write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
    }

    private static func encodingAESKey(_ number: Int) -> String { String(repeating: "A", count: 41) + "\(number)A" }
}

/// One person with one app.
struct Conversation: Hashable, CustomStringConvertible {
    let app: Int
    let user: String

    var description: String { "app-\(app)/\(user)" }
}
