import Foundation
import RouterServer

// A world as an operator sees it who sits in the directory of its store.

extension LoopbackWorld {
    var directory: String { String(configuration.store.path.dropLast("/router.db".count)) }

    /// Writes `config.yaml`: the apps by their keys, the store where it is.
    func writeConfiguration() throws {
        let apps = configuration.apps.map { app in
            """
              - name: \(app.name)
                corp_id: \(app.corpID)
                agent_id: \(app.agentID)
                corp_secret: not-a-real-secret
                token: QDG6eK
                encoding_aes_key: jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
                allow_all_users: true
            """
        }
        let text = """
            store: { url: "sqlite:\(configuration.store.path)" }
            agents:
              echo: { kind: echo }
            apps:
            \(apps.joined(separator: "\n"))
            """
        try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
    }
}
