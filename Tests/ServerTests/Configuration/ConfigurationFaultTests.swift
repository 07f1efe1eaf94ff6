import RouterServer
import Testing

@Suite struct ConfigurationFaultTests {
    @Test("the sample that the others break has no fault")
    func sample() throws { #expect(try configurationFaults(ConfigurationSample.own()) == []) }

    @Test(
        "a key that is not known is told with the nearest that is",
        arguments: [
            ("servr: { port: 1 }", "config.yaml:10:1: servr is not a known key: did you mean server?"),
            ("server: { prot: 1 }", "config.yaml:10:11: server.prot is not a known key: did you mean port?"),
            ("log: { Level: info }", "config.yaml:10:8: log.Level is not a known key: did you mean level?"),
            (
                "store: { zzzzzz: 1 }",
                "config.yaml:10:10: store.zzzzzz is not a known key: known here: listen_url, min_free, pool, pooler, retention, secret_key, secret_key_file, secret_key_old, secret_key_old_file, synchronous, url"
            ),
        ]
    )
    func unknownKey(line: String, fault: String) throws {
        #expect(try configurationFaults(ConfigurationSample.own(after: line)) == [fault])
    }

    @Test(
        "a value that does not fit is told with its place and with what would",
        arguments: [
            (
                "server: { port: 99999 }",
                "10:17: server.port is 99999: a port is a number from 1 to 65535, or 0 for any that is free"
            ),
            (
                "server: { port: x }",
                "10:17: server.port is x: a port is a number from 1 to 65535, or 0 for any that is free"
            ),
            (
                "server: { path: wecom }",
                "10:17: server.path is wecom: it must begin with / and be a plain path, as in /wecom/callback"
            ),
            (
                "management: { allowed_hosts: ['*.svc'] }",
                "10:31: management.allowed_hosts[0] is *.svc: write a host's name without scheme or port, as in "
                    + "wecom-router or router.monitoring.svc; * stands for no other: list each name"
            ),
            (
                "management: { allowed_hosts: router:8646 }",
                "10:30: management.allowed_hosts is router:8646: write a host's name without scheme or port, as in "
                    + "wecom-router or router.monitoring.svc"
            ),
            ("server: { path: / }", "10:17: server.path is /: it needs a name after the /, as in /wecom/callback"),
            (
                "server: { path: /health }",
                "10:17: server.path is /health, but /health has another use: choose another, as /wecom/callback"
            ),
            (
                "server: { max_message_age: 90 }",
                "10:28: server.max_message_age is 90: a time is a number and ms, s, m, h or d, as in 90s, 45m, 30d, or 0"
            ),
            (
                "server: { max_message_age: 99999h }",
                "10:28: server.max_message_age is 99999h: at most 8784h are possible"
            ),
            ("server: { public_url: example.com }", "10:23: server.public_url must begin with https:// or http://"),
            ("server: { host: [a] }", "10:17: server.host must be a single value"),
            ("server: 5", "10:9: server must hold keys of its own, as in key: value"),
            (
                "workers: { directory_shared: true }",
                "10:30: workers.directory_shared is true, and no workers.directory says where: name a directory on the disk that all nodes share"
            ),
            ("workers: { concurrency: 0 }", "10:25: workers.concurrency is 0: it must be a number from 1 to 10000"),
            ("log: { level: loud }", "10:15: log.level is loud: it must be one of debug, info, warning, error"),
            ("log: { format: xml }", "10:16: log.format is xml: it must be one of auto, json, text"),
            (
                "management: { port: 8645 }",
                "10:21: management.port is 8645, as server.port: the two listeners need a port each"
            ),
            (
                "store: { url: data.db }",
                "10:15: store.url is of an unknown kind: write sqlite: and the path of a file, as in sqlite:data/router.db, "
                    + "or postgres://"
            ),
            ("store: { synchronous: off }", "10:23: store.synchronous is off: it must be one of full, normal"),
            (
                "store: { min_free: 256MB }",
                "10:20: store.min_free is 256MB: a size is a number and KiB, MiB or GiB, as in 256MiB, or 0"
            ),
            ("store: { min_free: 9999999GiB }", "10:20: store.min_free is 9999999GiB: at most 1024GiB are possible"),
            (
                "store: { retention: { jobs: 3h } }",
                "10:29: store.retention.jobs is 3h: at least 24h are needed, or 0"
            ),
            (
                "store: { retention: { jobs_max: many } }",
                "10:33: store.retention.jobs_max is many: it must be a number from 0 to 1000000000"
            ),
            (
                "store: { retention: 30d }",
                "10:21: store.retention must hold keys of its own, as in key: value"
            ),
            (
                "store: { url: 'sqlite::memory:' }",
                "10:15: store.url names no file: what is accepted must be on disk, as in sqlite:data/router.db"
            ),
            (
                "store: { url: 'postgres://u:hidden@[h/d' }",
                "10:15: store.url is no address of a database that libpq understands"
            ),
            (
                "store: { url: 'postgres:///d', pooler: transaction, listen_url: 'sqlite:x.db' }",
                "10:65: store.listen_url is no URL of a database: write postgres://…, as store.url"
            ),
            (
                "store: { url: 'postgres:///d', pooler: statement }",
                "10:40: store.pooler is statement: it must be one of none, session, transaction"
            ),
            (
                "store: { url: 'postgres://u:hidden@h/d?target_session_attrs=standby' }",
                "10:15: store.url says target_session_attrs=standby: only a primary can be written"
            ),
        ]
    )
    func misfit(line: String, fault: String) throws {
        #expect(try configurationFaults(ConfigurationSample.own(after: line)) == ["config.yaml:\(fault)"])
    }

    @Test(
        "a fault of an app names the app and the key",
        arguments: [
            (
                ConfigurationSample.own(name: "Dept"),
                "3:11: apps[0].name is Dept: a name is 1 to 64 of a-z, 0-9, . _ - and begins with a letter or a digit"
            ),
            (
                ConfigurationSample.own(corp: "'ww a'"),
                "4:14: apps[0].corp_id has white space in it: an id like ww0123456789abcdef has none"
            ),
            (
                ConfigurationSample.own(corp: "bot"),
                "4:14: apps[0].corp_id is no corp id: bot/… is what bots are called; an id is like ww0123456789abcdef"
            ),
            (
                ConfigurationSample.own(agentID: "-1"),
                "6:15: apps[0].agent_id is -1: it must be WeCom's number of the app, as in 1000002"
            ),
            (
                ConfigurationSample.own(aesKey: "short"),
                "8:23: apps[0].encoding_aes_key is 5 characters, must be 43: copy the EncodingAESKey whole from the app's page in WeCom"
            ),
            (
                ConfigurationSample.own(aesKey: ConfigurationSample.key + "="),
                "8:23: apps[0].encoding_aes_key ends with =: leave that out, 43 characters remain"
            ),
            (
                ConfigurationSample.own(aesKey: "_" + ConfigurationSample.key.dropFirst()),
                "8:23: apps[0].encoding_aes_key has neither letter nor digit at place 1 of 43: copy the EncodingAESKey whole from the app's page in WeCom"
            ),
            (ConfigurationSample.own(token: ""), "7:11: apps[0].token is empty"),
            (
                ConfigurationSample.own(more: "    agent: helpr"),
                "9:12: apps[0].agent is helpr, which is no agent: did you mean helper?"
            ),
            (
                ConfigurationSample.own(more: "    limits: { messages_in_per_minute: -1 }"),
                "9:39: apps[0].limits.messages_in_per_minute is -1: it must be a number from 0 to 10000"
            ),
            (
                ConfigurationSample.own(more: "    api_base_url: ftp://x"),
                "9:19: apps[0].api_base_url must begin with https:// or http://"
            ),
            (
                ConfigurationSample.own(more: "    proxy: ftp://u:hidden@x"),
                "9:12: apps[0].proxy must begin with http://, https:// or socks5://"
            ),
            (
                ConfigurationSample.own(more: "    allow_all_users: maybe"),
                "9:22: apps[0].allow_all_users is maybe: it must be true or false"
            ),
            (
                ConfigurationSample.own(more: "    allowed_users: [a, b c]"),
                "9:24: apps[0].allowed_users[1] is \"b c\", which is no user id: 1 to 64 letters, digits, and . _ - @"
            ),
            (
                ConfigurationSample.own(agents: "agents: { a: { kind: echo }, b: { kind: echo } }"),
                "3:5: apps[0].agent is missing"
            ),
            (
                ConfigurationSample.own(agents: "agents: { a: { kind: acp } }"), "1:14: agents.a.command is missing"
            ),
            (
                ConfigurationSample.own(agents: "agents: { a: { kind: ecko } }"),
                "1:22: agents.a.kind is ecko, which is no kind of agent: did you mean echo?"
            ),
            (ConfigurationSample.own(agents: "agents: { a: {} }"), "1:14: agents.a.kind is missing"),
            (
                ConfigurationSample.own(agents: "agents: { A: { kind: echo } }"),
                "1:11: agents.A is A: a name is 1 to 64 of a-z, 0-9, . _ - and begins with a letter or a digit"
            ),
            (
                ConfigurationSample.own(agents: ""),
                "2:1: agents is missing, so no one would answer: add agents: with one of the kinds command, acp, openai, responses, hermes, dify, http or echo, or set WECOM_ROUTER_AGENT=echo"
            ),
        ]
    )
    func app(yaml: String, fault: String) throws {
        #expect(try configurationFaults(yaml) == ["config.yaml:\(fault)"])
    }

    @Test("two apps may share neither name nor identity")
    func twins() throws {
        let twin = """
              - name: dept-a
                corp_id: ww_corp_a
                corp_secret: hushhush
                agent_id: "1000002"
                token: tokenA
                encoding_aes_key: \(ConfigurationSample.key)
            """
        #expect(
            try configurationFaults(ConfigurationSample.own(after: twin)) == [
                "config.yaml:10:11: apps[1].name is dept-a, as that of apps[0]: every app needs a name of its own",
                "config.yaml:13:15: apps[1].agent_id is 1000002 of corp ww_corp_a, which apps[0] has already: keep one of the two",
            ]
        )
    }

    @Test("all faults are told at once, in the order of the file, the environment last")
    func atOnce() throws {
        let yaml = """
            server: { port: 0x1, port: 2 }
            apps:
              - name: one
                corp_id: ww1
                tokn: *alias
              - token: ${NOT_SET}
                agent_id: none
            """
        let told = try configurationFaults(yaml, ["WECOM_ROUTER_LOG_LEVEL": "loud"])
        #expect(
            told.map { String($0.prefix { $0 != " " }) } == [
                "config.yaml:1:1:", "config.yaml:1:17:", "config.yaml:1:22:", "config.yaml:3:5:", "config.yaml:3:5:",
                "config.yaml:3:5:", "config.yaml:5:5:", "config.yaml:5:11:", "config.yaml:6:5:",
                "config.yaml:6:5:", "config.yaml:6:5:", "config.yaml:6:5:", "config.yaml:6:12:", "config.yaml:7:15:",
                "environment:",
            ]
        )
        #expect(told.contains("config.yaml:5:5: apps[0].tokn is not a known key: did you mean token?"))
        #expect(
            told.contains("config.yaml:6:12: apps[1].token needs the environment variable NOT_SET, which is not set")
        )
        #expect(
            told.last == "environment: WECOM_ROUTER_LOG_LEVEL: is loud: it must be one of debug, info, warning, error"
        )
    }

    @Test("a file that is no YAML has one fault, and one that holds no keys as well")
    func noYAML() throws {
        #expect(
            try configurationFaults("apps:\n\t- x") == ["config.yaml:2:1: is a tab: YAML is indented with spaces only"]
        )
        #expect(
            try configurationFaults("- a\n- b") == [
                "config.yaml:1:1: the file must hold keys with values, as in apps: and agents:"
            ]
        )
        #expect(try configurationFaults("").count == 2)
        #expect(try configurationFaults("agents: { a: { kind: echo } }\napps: []").count == 1)
    }
}
