import Lanes
import Router
import RouterServer
import System
import Testing
import WeCom

@Suite struct ConfigurationValueTests {
    /// Beside this file's own folder, three levels up.
    private static let shipped = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined() + "/config.yaml"

    private static let variables = ["DEPT_A", "DEPT_B"].reduce(
        into: [
            "ASSISTANT_BOT_ID": "aib2", "ASSISTANT_SECRET": "s", "HELPDESK_BOT_ID": "aib1", "HELPDESK_TOKEN": "t",
            "HELPDESK_AES_KEY": ConfigurationSample.key,
        ]
    ) { variables, app in
        variables["\(app)_CORP_ID"] = "ww_\(app)"
        variables["\(app)_AGENT_ID"] = "1000002"
        variables["\(app)_SECRET"] = "secret"
        variables["\(app)_TOKEN"] = app.replacing("_", with: "")
        variables["\(app)_AES_KEY"] = ConfigurationSample.key
    }

    @Test("the file we ship is valid once its variables are set, and says the defaults")
    func shippedFile() throws {
        let configuration = try Configuration.load(file: Self.shipped, environment: Self.variables)
        #expect(configuration.warnings == [])
        #expect(configuration.apps.map(\.name) == ["dept-a", "dept-b"])
        let defaults = Configuration()
        #expect(configuration.server.host == defaults.server.host && configuration.server.port == defaults.server.port)
        #expect(configuration.server.path == defaults.server.path && configuration.server.publicURL == nil)
        #expect(configuration.server.maxMessageAge == defaults.server.maxMessageAge)
        #expect(configuration.management.port == defaults.management.port && configuration.management.token == nil)
        let folder = Self.shipped.dropLast("config.yaml".count)
        #expect(configuration.store.path == folder + defaults.store.path)
        let (store, otherwise) = (configuration.store, defaults.store)
        #expect(store.synchronous == otherwise.synchronous && store.minFree == otherwise.minFree)
        #expect(
            store.retention.jobs == otherwise.retention.jobs && store.retention.jobsMax == otherwise.retention.jobsMax)
        #expect(configuration.workers.concurrency == defaults.workers.concurrency)
        #expect(configuration.workers.drainTimeout == defaults.workers.drainTimeout)
        #expect(configuration.log.level == defaults.log.level && configuration.log.format == defaults.log.format)
        #expect(configuration.apps[0].apiBaseURL == "https://qyapi.weixin.qq.com")
        let bot = try #require(configuration.bots.first)
        #expect(bot.endpoint == .bot(BotID("aib1")) && bot.webhook?.receiveID == nil && bot.nameInChats == nil)
        #expect(bot.outside == BotOutside.Settings() && bot.conduct.shows == .answer)
        let socket = try #require(configuration.bots.last?.socket)
        #expect(socket == Configuration.Bot.Socket(secret: Secret("s")))
        #expect(bot.policy.chats.some == [ChatID("wrxxxx")] && !bot.policy.chats.all)
    }

    @Test("the file we ship names each variable that it wants, with its line")
    func freshClone() throws {
        #expect {
            try Configuration.load(file: Self.shipped, environment: [:])
        } throws: { error in
            guard case .faults(let faults, _) = error as? ConfigurationError else { return false }
            return Self.variables.keys.allSatisfy { name in faults.contains { $0.message.contains(" \(name),") } }
                && faults.count == 15 && "\(error)".hasSuffix("wecom-router demo")
        }
    }

    @Test("the file we ship is the reference: it names every variable and every key of an app")
    func complete() throws {
        let text = String(decoding: try readFile(Self.shipped, limit: 1 << 20), as: UTF8.self)
        for name in [
            "HOST", "PORT", "PATH", "PUBLIC_URL", "MAX_MESSAGE_AGE", "MANAGEMENT_HOST", "MANAGEMENT_PORT",
            "ADMIN_TOKEN",
            "STORE_URL", "WORKERS_CONCURRENCY", "DRAIN_TIMEOUT", "LOG_LEVEL", "LOG_FORMAT", "SECRETS_KEY", "AGENT",
        ] {
            #expect(text.contains("[WECOM_ROUTER_\(name)]"), "\(name)")
        }
    }

    @Test(
        "times have units",
        arguments: [
            ("90s", 90_000), ("45m", 2_700_000), ("2h", 7_200_000), ("1d", 86_400_000), ("500ms", 500), ("0", 0),
        ]
    )
    func durations(text: String, milliseconds: Int) throws {
        let configuration = try loadConfiguration(ConfigurationSample.own(after: "workers: { drain_timeout: \(text) }"))
        #expect(configuration.workers.drainTimeout == .milliseconds(milliseconds))
    }

    @Test("how early a token is replaced is each app's to say, up to half the life of WeCom's")
    func tokenRefreshBuffer() throws {
        let written = ConfigurationSample.own(more: "    allow_all_users: true\n    token_refresh_buffer: 20m")
        #expect(try loadConfiguration(written).apps[0].tokenRefreshBuffer == .seconds(1200))
        #expect(try loadConfiguration(ConfigurationSample.own()).apps[0].tokenRefreshBuffer == .seconds(300))
        #expect(
            try configurationFaults(written.replacing("20m", with: "61m")) == [
                "config.yaml:10:27: apps[0].token_refresh_buffer is 61m: at most 1h are possible"
            ])
    }

    @Test(
        "sizes have units",
        arguments: [("512KiB", 512 << 10), ("256MiB", 256 << 20), ("2GiB", 2 << 30), ("0", 0)]
    )
    func sizes(text: String, bytes: Int) throws {
        let configuration = try loadConfiguration(ConfigurationSample.own(after: "store: { min_free: \(text) }"))
        #expect(configuration.store.minFree == bytes)
    }

    @Test("how the store is kept can be said")
    func store() throws {
        let text = "store: { synchronous: normal, retention: { jobs: 7d, jobs_max: 0 } }"
        let store = try loadConfiguration(ConfigurationSample.own(after: text)).store
        #expect(store.synchronous == .normal)
        #expect(store.retention.jobs == .seconds(7 * 86_400) && store.retention.jobsMax == 0)
    }

    @Test("URLs lose the slash at their end")
    func urls() throws {
        let more = "    api_base_url: http://[::1]:8647/\n    allow_all_users: true"
        let configuration = try loadConfiguration(
            ConfigurationSample.own(more: more, after: "server: { public_url: https://a.example/x/ }")
        )
        #expect(configuration.apps[0].apiBaseURL == "http://[::1]:8647")
        #expect(configuration.server.publicURL == "https://a.example/x")
    }

    @Test("what is left empty or null is as good as not written", arguments: ["", "~", "null", "''", "'${NONE:-}'"])
    func empty(text: String) throws {
        let yaml = ConfigurationSample.own(after: "server: { port: \(text) }\nmanagement: { token: \(text) }")
        let configuration = try loadConfiguration(yaml)
        #expect(configuration.server.port == 8645 && configuration.management.token == nil)
    }

    @Test("every key remembers where it was written")
    func places() throws {
        let configuration = try loadConfiguration(ConfigurationSample.own(), ["WECOM_ROUTER_PORT": "1"])
        #expect(
            configuration.place(of: "token", in: configuration.apps[0]) == .file("config.yaml", line: 7, column: 12)
        )
        #expect(configuration.place(of: "proxy", in: configuration.apps[0]) == .file("config.yaml", line: 3, column: 5))
        #expect(configuration.places["server.port"] == .environment("WECOM_ROUTER_PORT"))
    }

    @Test("names by which scrapers come are read in lower case, from a list or from a text")
    func allowedHosts() throws {
        func hosts(_ written: String) throws -> [String] {
            try loadConfiguration(ConfigurationSample.own(after: "management: { allowed_hosts: \(written) }"))
                .management.allowedHosts
        }
        #expect(try hosts("[Router.Monitoring.svc, wecom-router]") == ["router.monitoring.svc", "wecom-router"])
        #expect(try hosts("'wecom-router, b'") == ["wecom-router", "b"])
        #expect(try hosts("[]") == [])
    }
}
