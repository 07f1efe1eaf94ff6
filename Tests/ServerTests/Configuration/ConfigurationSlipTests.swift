import RouterServer
import Testing
import WeCom

@Suite("Slips that people make in configurations") struct ConfigurationSlipTests {
    private let sample = ConfigurationSample.own()

    @Test("a byte-order mark and the line ends of Windows are read, in the configuration and in the file of a secret")
    func windows() throws {
        let lines = ConfigurationSample.own().replacing("\n", with: "\r\n")
        let plain = try loadConfiguration(sample)
        #expect(try loadConfiguration("\u{FEFF}" + lines).apps == plain.apps)
        let file = sample.replacing("corp_secret: hushhush", with: "corp_secret_file: s.txt")
        let apps = try loadConfiguration("\u{FEFF}" + file, files: ["s.txt": "\u{FEFF}hushhush\r\n"]).apps
        #expect(apps[0].corpSecret.reveal() == "hushhush")
    }

    @Test(
        "a file of another form is called what it is, in one message",
        arguments: [
            (#"{ "channels": { "wecom": { "token": "x" } } }"#, "JSON"), ("{\n\t\"channels\": {}\n}", "JSON"),
            ("[wecom]\ntoken = \"x\"\nport = 1", "TOML"), ("# c\ntitle = 'x'\n[[apps]]\nname = \"a\"", "TOML"),
            ("[wecom]\ntoken = x", "an INI file"), ("; c\r\n[a]\r\nb=c\r\n", "an INI file"),
            ("WECOM_TOKEN=x\nexport OTHER=y", "a list of variables"),
        ])
    func foreign(text: String, name: String) throws {
        let faults = try configurationFaults(text)
        #expect(faults.count == 1 && faults[0].hasPrefix("config.yaml:1:1: this is \(name)"), "\(faults)")
        #expect(faults[0].contains("YAML, with agents: and apps:"))
    }

    @Test("JSON that holds our keys is YAML as any other, and YAML with faults is not called anything else")
    func notForeign() throws {
        let json = """
            {"agents": {"helper": {"kind": "echo"}}, "apps": [{"name": "a", "corp_id": "ww1", "corp_secret": "s",
             "agent_id": 1, "token": "t", "encoding_aes_key": "\(ConfigurationSample.key)", "allow_all_users": true}]}
            """
        #expect(try loadConfiguration(json).apps.count == 1)
        for text in ["apps: [", "{ agents: {", "a: b = c\nd: [", "x: y"] {
            #expect(try !configurationFaults(text).joined().contains("this is "), "\(text)")
        }
    }

    @Test(
        "a full-width colon is named where it stands, in one message",
        arguments: [
            ("corp_id: ww_corp_a", "corp_id：ww_corp_a", "4:12: corp_id has"),
            ("encoding_aes_key: ", "encoding_aes_key：", "8:21: encoding_aes_key has"),
            ("- name: dept-a", "- name：dept-a", "3:9: name has"), ("apps:", "apps：", "2:5: apps has"),
            ("{ kind: echo }", "{ kind：echo }", "1:21: agents.helper.kind has"),
        ])
    func colons(right: String, wrong: String, told: String) throws {
        let faults = try configurationFaults(sample.replacing(right, with: wrong))
        #expect(
            faults == [
                "config.yaml:\(told) a full-width colon (：), which is none in YAML: write : and a space behind it"
            ])
    }

    @Test("white space of a Chinese keyboard before a key is named")
    func space() throws {
        let faults = try configurationFaults(sample.replacing("    token: tokenA", with: "　　token: tokenA"))
        #expect(
            faults.count == 1 && faults[0].contains(":7:1: this line begins with white space that YAML does not know"))
    }

    @Test(
        "full-width quotes round what is no prose are named, and the value is not repeated",
        arguments: [
            ("name: dept-a", "name: “dept-a”"), ("corp_secret: hushhush", "corp_secret: “hushhush”"),
            ("corp_id: ww_corp_a", "corp_id: ‘ww_corp_a’"), ("agent_id: 1000002", "agent_id: ＂1000002＂"),
            ("token: tokenA", "token: 「tokenA」"),
        ])
    func quotes(right: String, wrong: String) throws {
        let faults = try configurationFaults(sample.replacing(right, with: wrong))
        #expect(faults.count == 1, "\(faults)")
        #expect(
            faults.first?.contains("stands in full-width quotes (“ ”)") == true && !faults.joined().contains("hushhush")
        )
    }

    @Test("prose may stand in full-width quotes")
    func prose() throws {
        let agent = "agents: { a: { kind: openai, base_url: 'http://h/v1', model: m, system_prompt: “你好” } }"
        #expect(try configurationFaults(ConfigurationSample.own(agents: agent)) == [])
    }

    @Test(
        "a placeholder is told as such, in one message that says where the value stands",
        arguments: [
            ("corp_id: ww_corp_a", "corp_id: ww…", "企业ID"),
            ("corp_id: ww_corp_a", "corp_id: wwxxxxxxxxxxxxxxxx", "企业ID"),
            ("corp_id: ww_corp_a", "corp_id: your-corp-id", "企业ID"),
            ("corp_secret: hushhush", "corp_secret: <secret>", "Secret"),
            ("corp_secret: hushhush", "corp_secret: changeme", "Secret"),
            ("agent_id: 1000002", "agent_id: your_agent_id", "AgentId"),
            ("token: tokenA", "token: YOUR-TOKEN", "设置API接收"),
            (
                "encoding_aes_key: \(ConfigurationSample.key)", "encoding_aes_key: your-43-character-key",
                "EncodingAESKey"
            ),
        ])
    func placeholders(right: String, wrong: String, source: String) throws {
        let faults = try configurationFaults(sample.replacing(right, with: wrong))
        #expect(faults.count == 1 && faults[0].contains("is a placeholder, as examples have it: copy"), "\(faults)")
        #expect(faults.first?.contains(source) == true)
    }

    @Test("placeholders of variables and of agents' keys are told, too, and what is like none is none")
    func otherPlaceholders() throws {
        #expect(
            try configurationFaults(
                nil, ConfigurationSample.variables.merging(["WECOM_CALLBACK_TOKEN": "your-token"]) { $1 }
            )
            .filter { $0.contains("placeholder") }.count == 1)
        let agent = "agents: { a: { kind: openai, base_url: 'https://your-server/v1', model: m, api_key: 'sk-...' } }"
        let told = try configurationFaults(ConfigurationSample.own(agents: agent))
        #expect(told.count == 2 && told.allSatisfy { $0.contains("placeholder") }, "\(told)")
        for token in ["xyz", "yourtoken", "tbdx", "wwxxw", "x"] {
            #expect(try configurationFaults(ConfigurationSample.own(token: token)) == [], "\(token)")
        }
    }

    @Test(
        "one slip is one message",
        arguments: [
            ("corp_id: ww_corp_a", "corpid: ww_corp_a", "apps[0].corpid is not a known key: did you mean corp_id?"),
            ("corp_secret: hushhush", "corp_secert: hushhush", "did you mean corp_secret?"),
            ("- name: dept-a", "- nmae: dept-a", "did you mean name?"),
            ("{ kind: echo }", "{ kynd: openai, base_url: x, model: y }", "did you mean kind?"),
            ("{ kind: echo }", "{ kind: opnai, base_url: x, model: y }", "did you mean openai?"),
            ("{ kind: echo }", "{ base_url: x, model: y }", "agents.helper.kind is missing"),
        ])
    func once(right: String, wrong: String, told: String) throws {
        let faults = try configurationFaults(sample.replacing(right, with: wrong))
        #expect(faults.count == 1 && faults[0].hasSuffix(told), "\(faults)")
    }

    @Test("two slips are two messages, and what is missing without a slip is told")
    func twice() throws {
        let two = sample.replacing("corp_id:", with: "corpid:").replacing("corp_secret:", with: "secret:")
        #expect(try configurationFaults(two).count == 3)
        #expect(
            try configurationFaults(sample.replacing("    corp_id: ww_corp_a\n", with: "")) == [
                "config.yaml:3:5: apps[0].corp_id is missing"
            ])
    }

    @Test("a program that is not there: the search path is told to those who ask, and to nobody else")
    func searchPath() throws {
        let yaml = ConfigurationSample.own(agents: "agents: { a: { kind: command, command: nothere } }")
        let warnings = try loadConfiguration(yaml, ["PATH": "/a:/b"]).warnings
        #expect(
            warnings.map(\.message) == [
                "agents.a.command names nothere, which is no program in PATH: agent a can answer nobody until it is there"
            ])
        #expect(warnings.first?.detail == "PATH is /a:/b")
    }

    @Test("a file of a secret that everyone may read is a warning, unless a container's runtime made it")
    func modes() throws {
        func warnings(_ path: String, _ mode: UInt32) throws -> [String] {
            let yaml = sample.replacing("corp_secret: hushhush", with: "corp_secret_file: \(path)")
            let files = ConfigurationFiles.texts(["/c.yaml": yaml, path: "s"], mode: mode)
            let own = "is written out"
            return try Configuration.load(file: "/c.yaml", environment: [:], files: files).warnings.map(\.message)
                .filter { !$0.contains(own) }
        }
        #expect(
            try warnings("/x/s", 0o644) == [
                "apps[0].corp_secret_file names a file that everyone here may read: chmod 600 /x/s"
            ])
        #expect(try warnings("/x/s", 0o640) == [] && warnings("/run/secrets/s", 0o444) == [])
        let beside = ConfigurationFiles.texts(["/c.yaml": sample, "/.env": "A=1"], mode: 0o604)
        let told = try Configuration.load(file: "/c.yaml", environment: [:], files: beside).warnings.map(\.description)
        #expect(told.contains("/.env:1:1: everyone here may read these variables: chmod 600 /.env"), "\(told)")
    }
}
