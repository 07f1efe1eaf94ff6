import Crypto
import HTTP
import Lanes
import Router
import RouterServer
import Simulator
import System
import WeCom

/// The apps that every part of a benchmark knows, since their keys follow from their numbers: ten to a corp.
struct Estate {
    let apps: [Configuration.App]

    init(apps count: Int) { apps = (0..<count).map(Configuration.App.init(number:)) }

    /// Their other ends, which WeCom has.
    func played() throws -> [FakeApp] {
        try apps.map { app in
            FakeApp(
                corpID: app.corpID,
                agentID: app.agentID,
                secret: app.corpSecret,
                keys: try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey),
                callbackURL: ""
            )
        }
    }

    func directory() throws -> AppDirectory {
        AppDirectory(
            try apps.map { app in
                Router.App(
                    .app(AppKey(corpID: app.corpID, agentID: app.agentID)),
                    name: app.name,
                    keys: try CallbackKeys(token: app.token, encodingAESKey: app.encodingAESKey),
                    agent: app.agent,
                    policy: .all,
                    speech: AppLane.speech
                )
            }
        )
    }

    /// Makes the router's configuration: free ports of loopback, and WeCom at `api`.
    func configuration(store path: String, api: String) -> Configuration {
        var configuration = Configuration()
        configuration.server.host = "127.0.0.1"
        configuration.server.port = 0
        configuration.management.port = 0
        configuration.store.location = .sqlite(path: path)
        configuration.workers.drainTimeout = .milliseconds(200)
        configuration.agents = ["echo": .echo]
        configuration.apps = apps.map { app in
            var app = app
            app.apiBaseURL = api
            return app
        }
        return configuration
    }

    // MARK: For programs other than this

    /// The first app, for the program itself to be started with. Nobody listens where it takes WeCom to be.
    static func printConfiguration(_ arguments: inout Arguments) throws {
        guard let store = arguments.next() else { throw Usage() }
        let app = Configuration.App(number: 0)
        StandardOutput.write(
            """
            server: { host: 127.0.0.1, port: 8745 }
            management: { port: 8746 }
            store: { url: "sqlite:\(store)" }
            agents:
              echo: { kind: echo }
            apps:
            \(app.entry(reaching: 9))
            """
        )
    }

    static func printKeys(_ arguments: inout Arguments) throws {
        let app = Configuration.App(number: 0)
        StandardOutput.write(
            "corp_id=\(app.corpID) token=\(app.token.reveal()) aes_key=\(app.encodingAESKey.reveal())\n"
        )
    }
}

extension Configuration.App {
    /// Writes an app as a configuration file has it, with WeCom on a port of this machine.
    func entry(reaching weCom: Int) -> String {
        """
          - name: \(name)
            corp_id: \(corpID)
            agent_id: \(agentID)
            corp_secret: \(corpSecret.reveal())
            token: \(token.reveal())
            encoding_aes_key: \(encodingAESKey.reveal())
            allow_all_users: true
            api_base_url: http://127.0.0.1:\(weCom)

        """
    }

    /// The app of this number, open to everyone.
    fileprivate init(number: Int) {
        func text(_ length: Int, _ purpose: String) -> String {
            let digest = sha256(Array("benchmark \(purpose) \(number)".utf8))
            return String(Base64.encode(digest).filter { $0.isLetter || $0.isNumber }.prefix(length))
        }
        let corp = String(number / 10)
        self.init(
            name: "app-\(number)",
            corpID: CorpID("ww" + String(repeating: "0", count: 16 - corp.count) + corp),
            corpSecret: Secret(text(32, "secret")),
            agentID: AgentID(1_000_002 + Int64(number % 10)),
            token: Secret(text(32, "token")),
            encodingAESKey: Secret(drawnOut(text(32, "key"))),
            agent: "echo"
        )
        policy = .all
    }
}

/// An EncodingAESKey has 43 characters.
private func drawnOut(_ text: String) -> String { String((text + text).prefix(43)) }
