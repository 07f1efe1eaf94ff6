import RouterServer
import Testing
import WeCom

@Suite struct ConfigurationSecretTests {
    @Test("a secret comes from a file, without the end of its line")
    func fromFile() throws {
        let yaml = ConfigurationSample.own().replacing("token: tokenA", with: "token_file: /run/t")
        #expect(try loadConfiguration(yaml, files: ["/run/t": "tokenB\n"]).apps[0].token.reveal() == "tokenB")
    }

    @Test(
        "a secret's file that is of no use is a fault of the key that names it",
        arguments: [
            ([:], "7:17: apps[0].token_file names a file that cannot be read: /run/t: no such file or directory"),
            (["/run/t": "\n"], "7:17: apps[0].token_file names a file that is empty: /run/t"),
            (
                ["/run/t": "hid den"],
                "7:17: apps[0].token_file has white space in it, perhaps a slip in copying: remove it"
            ),
        ]
    )
    func badFile(files: [String: String], fault: String) throws {
        let yaml = ConfigurationSample.own().replacing("token: tokenA", with: "token_file: /run/t")
        #expect(try configurationFaults(yaml, files: files) == ["config.yaml:\(fault)"])
    }

    @Test("a secret and its file are one too many")
    func both() throws {
        let told = try configurationFaults(
            ConfigurationSample.own(more: "    token_file: /run/t"),
            files: ["/run/t": "x"]
        )
        #expect(told == ["config.yaml:9:17: apps[0].token_file is given together with token: keep one of them"])
    }

    @Test(
        "no fault repeats a secret",
        arguments: [
            ConfigurationSample.own(token: "'hid den'"), ConfigurationSample.own(token: "!hidden x"),
            ConfigurationSample.own(token: "*hidden"),
            ConfigurationSample.own(token: "&hidden x"), ConfigurationSample.own(aesKey: "hidden"),
            ConfigurationSample.own(token: "'${hidden'"),
            ConfigurationSample.own(token: "'${hid den}'"), ConfigurationSample.own(token: "[hidden]"),
            ConfigurationSample.own(token: "{a: hidden}"),
            ConfigurationSample.own(more: "    proxy: hidden"),
            ConfigurationSample.own(more: "    proxy: http://u:hidden@"),
            ConfigurationSample.own(after: "store: { url: 'mysql://u:hidden@h' }"),
            ConfigurationSample.own(token: "'hidden"),
            ConfigurationSample.own(more: "    api_base_url: https://u:hidden@h"),
            ConfigurationSample.own(more: "    api_base_url: https://h/cgi-bin?key=hidden"),
        ]
    )
    func neverRepeated(yaml: String) throws {
        let told = try configurationFaults(yaml)
        #expect(!told.isEmpty)
        #expect(!told.joined().contains("hidden") && !told.joined().contains("den"), "\(told)")
    }

    @Test("a configuration prints without its secrets")
    func printing() throws {
        let yaml = ConfigurationSample.own(
            token: "hiddentoken",
            more: "    proxy: http://u:hidden@h:1",
            after: "management: { token: hiddenhidden }"
        )
        let configuration = try loadConfiguration(yaml.replacing("hushhush", with: "hiddensecret"))
        var dumped = String(describing: configuration) + String(reflecting: configuration)
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("hidden") && !dumped.contains(ConfigurationSample.key))
        #expect(configuration.apps[0].proxy?.reveal() == "http://u:hidden@h:1")
    }
}
