import RouterServer
import Testing

@Suite struct ConfigurationWarningTests {
    @Test(
        "what works but is probably not meant is a warning",
        arguments: [
            (
                ConfigurationSample.own(more: ""),
                "3:5: no one may write to app dept-a (apps[0]): add allowed_users, allowed_departments, allowed_tags or allow_all_users: true"
            ),
            (
                ConfigurationSample.own(more: "    allowed_users: []"),
                "3:5: no one may write to app dept-a (apps[0]): add allowed_users, allowed_departments, allowed_tags or allow_all_users: true"
            ),
            (
                ConfigurationSample.own(corp: "corp"),
                "4:14: apps[0].corp_id does not begin with ww or wx, as WeCom's corp ids do"
            ),
            (
                ConfigurationSample.own(token: "a-b"),
                "7:12: apps[0].token is not up to 64 letters and digits, as WeCom's tokens are"
            ),
            (
                ConfigurationSample.own(more: "    allow_all_users: true\n    allowed_users: [a]"),
                "10:21: apps[0].allowed_users has no effect, because allow_all_users is true"
            ),
            (
                ConfigurationSample.own(more: "    allowed_users: [a, 'wwx:b']"),
                "9:21: apps[0].allowed_users names wwx:b, who is of another corp than the app: it has no effect"
            ),
            (
                ConfigurationSample.own(more: "    allow_all_users: true\n    limits: { messages_out_per_minute: 40 }"),
                "10:40: apps[0].limits.messages_out_per_minute is more than WeCom delivers to one member, which drops the rest without a word: at most 30"
            ),
            (
                ConfigurationSample.own(more: "    allow_all_users: true\n    allowed_tags: [7]"),
                "9:22: apps[0].allow_all_users lets everyone write, whatever allowed_departments and allowed_tags say"
            ),
            (
                ConfigurationSample.own(after: "management: { host: 0.0.0.0 }"),
                "10:21: management.host is 0.0.0.0, which others may reach, and there is no management.token: /metrics and /ready are open to them"
            ),
        ]
    )
    func warned(yaml: String, warning: String) throws {
        #expect(try loadConfiguration(yaml).warnings.map(\.description) == ["config.yaml:\(warning)"])
    }

    @Test("a management token is told to be short")
    func managementToken() throws {
        let warnings = try loadConfiguration(ConfigurationSample.own(after: "management: { token: short }")).warnings
        #expect(
            warnings.map(\.description) == [
                "config.yaml:10:22: management.token is short: 16 characters or more are hard to guess"
            ])
    }

    @Test("a token that two corps share is a warning, one that two apps of a corp share is not")
    func sharedToken() throws {
        func other(_ corp: String) -> String {
            ConfigurationSample.own(
                after: """
                      - { name: b, corp_id: \(corp), corp_secret: s, agent_id: 1, token: tokenA, allow_all_users: true,
                          encoding_aes_key: \(ConfigurationSample.key) }
                    """
            )
        }
        #expect(
            try loadConfiguration(other("ww_b")).warnings.map(\.message) == [
                "apps[1].token is the same as that of apps[0], which is of another corp: generate a new one"
            ]
        )
        #expect(try loadConfiguration(other("ww_corp_a")).warnings == [])
    }

    @Test("a secret that is written out in a file that everyone may read is a warning, once")
    func openSecret() throws {
        let warnings = try loadConfiguration(ConfigurationSample.own(), mode: 0o644).warnings
        #expect(warnings.map(\.place) == [.file("config.yaml", line: 5, column: 18)])
        #expect(try loadConfiguration(ConfigurationSample.own(), mode: 0o640).warnings == [])
    }
}
