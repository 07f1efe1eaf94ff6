import Agents
import RouterServer
import Testing
import WeCom

@Suite struct EncryptedSecretTests {
    /// Made with another program: the AESGCM of Python's `cryptography`, with the bytes 0 to 31 for a key.
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let hushhush = "ENC[AES256_GCM,data:IG6tDhGcJfY=,iv:ZGVmZ2hpamtsbW5v,tag:iRQ3q96UCc9BteO4U3PfKQ==]"
    private static let variables = ["WECOM_ROUTER_SECRETS_KEY": key]

    private func configuration(of secret: String) -> String {
        ConfigurationSample.own().replacing("corp_secret: hushhush", with: "corp_secret: \(secret)")
    }

    @Test(
        "an encrypted secret is read, whoever wrote it",
        arguments: [
            hushhush, "ENC[AES256_GCM,tag:iRQ3q96UCc9BteO4U3PfKQ==,iv:ZGVmZ2hpamtsbW5v,data:IG6tDhGcJfY=,type:str]",
            "ENC[AES256_GCM,ZGVmZ2hpamtsbW5vIG6tDhGcJfaJFDer3pQJz0G147hTc98p]", "\"\(hushhush)\"", "${HIDDEN}",
        ])
    func read(written: String) throws {
        let variables = Self.variables.merging(["HIDDEN": Self.hushhush]) { $1 }
        let configuration = try loadConfiguration(configuration(of: written), variables, mode: 0o644)
        #expect(configuration.apps[0].corpSecret.reveal() == "hushhush")
        #expect(configuration.warnings.allSatisfy { !$0.message.contains("corp_secret is written out") })
    }

    @Test("an initial vector of 32 bytes, as SOPS makes them, is one")
    func longVector() throws {
        let yaml = configuration(
            of:
                "ENC[AES256_GCM,data:Gon22OSD,iv:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,tag:bGlXxriz4TzBunAT+2jICw==]"
        )
        #expect(try loadConfiguration(yaml, Self.variables).apps[0].corpSecret.reveal() == "tokenA")
    }

    @Test("every secret may be: in a file of its own, in a variable, of an agent, in what its program is given")
    func everywhere() throws {
        let yaml = """
            secrets_key_file: /run/key
            agents:
              a: { kind: http, url: "http://h", secret: "\(Self.hushhush)", headers: { X-Key: "\(Self.hushhush)" } }
              b: { kind: command, command: [x], environment: { KEY: "\(Self.hushhush)" } }
            apps:
              - { name: a, agent: a, corp_id: ww1, agent_id: 1, corp_secret_file: /run/secret, token: t,
                  encoding_aes_key: \(ConfigurationSample.key), allow_all_users: true }
            """
        let configuration = try loadConfiguration(
            yaml, ["WECOM_ROUTER_ADMIN_TOKEN": Self.hushhush],
            files: [
                "/run/key": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
                "/run/secret": Self.hushhush,
            ])
        #expect(configuration.apps[0].corpSecret.reveal() == "hushhush")
        #expect(configuration.management.token?.reveal() == "hushhush")
        #expect(configuration.agents["b"]?.program?.command.environment["KEY"]?.reveal() == "hushhush")
        guard case .http(let options)? = configuration.agents["a"]?.kind else { throw MissingFile(path: "the agent") }
        #expect(options.secret.reveal() == "hushhush")
        #expect(configuration.secretFiles.contains("/run/key"), "no agent's program reads it")
    }

    @Test(
        "what cannot be decrypted is a fault with its line, and repeats nothing",
        arguments: [
            (hushhush.replacing("IG6t", with: "IG6u"), "cannot be decrypted: it was encrypted with another key, or"),
            (hushhush.replacing("iRQ3", with: "jRQ3"), "cannot be decrypted: it was encrypted with another key, or"),
            (hushhush.replacing("AES256_GCM", with: "AES256_CBC"), "begins with ENC[ and is not ENC[AES256_GCM,"),
            (String(hushhush.dropLast()), "begins with ENC[ and is not ENC[AES256_GCM,"),
            (hushhush.replacing("data:IG6tDhGcJfY=,", with: ""), "begins with ENC[ and is not ENC[AES256_GCM,"),
            (hushhush.replacing("iv:", with: "data:"), "begins with ENC[ and is not ENC[AES256_GCM,"),
            ("ENC[AES256_GCM,ZGVm]", "begins with ENC[ and is not ENC[AES256_GCM,"),
        ])
    func bent(written: String, complaint: String) throws {
        let told = try configurationFaults(configuration(of: "'\(written)'"), Self.variables)
        #expect(told.count == 1 && told[0].hasPrefix("config.yaml:5:18: apps[0].corp_secret \(complaint)"), "\(told)")
        #expect(!told.joined().contains("IG6") && !told.joined().contains(Self.key))
    }

    @Test("another key, or none, is a fault of every value that needs it")
    func wrongKey() throws {
        let yaml = configuration(of: Self.hushhush)
        let other = ["WECOM_ROUTER_SECRETS_KEY": Self.key.replacing("AAEC", with: "BAEC")]
        #expect(try configurationFaults(yaml, other)[0].hasPrefix("config.yaml:5:18: apps[0].corp_secret cannot be"))
        #expect(
            try configurationFaults(yaml) == [
                "config.yaml:5:18: apps[0].corp_secret is encrypted, and there is no key: set WECOM_ROUTER_SECRETS_KEY, or "
                    + "secrets_key_file to the path of a file that holds it"
            ])
    }

    @Test("a key that is none is told once, where it stands, and never repeated")
    func noKey() throws {
        let yaml = configuration(of: Self.hushhush)
        #expect(
            try configurationFaults(yaml, ["WECOM_ROUTER_SECRETS_KEY": "sesame"]) == [
                "environment: WECOM_ROUTER_SECRETS_KEY: is no key: it must be 32 bytes in base64, as `wecom-router secret "
                    + "key` prints them"
            ])
        let beside = yaml + "\nsecrets_key_file: /run/key\n"
        #expect(
            try configurationFaults(beside, files: ["/run/key": "sesame"]).map {
                $0.contains("secrets_key_file is no key")
            } == [true])
        #expect(
            try configurationFaults(beside).map { $0.contains("secrets_key_file names a file that cannot") } == [true])
        let open = try configurationFaults(yaml + "\nsecrets_key: \(Self.key)\n")
        #expect(open.count == 1 && open[0].contains("secrets_key is written out beside the secrets that it opens"))
        #expect(!open[0].contains(Self.key))
    }

    @Test("only secrets can be encrypted: what others may see says so, and a text that only begins like one is a text")
    func onlySecrets() throws {
        let yaml = ConfigurationSample.own(corp: Self.hushhush)
        #expect(
            try configurationFaults(yaml, Self.variables) == [
                "config.yaml:4:14: apps[0].corp_id is encrypted, which only secrets can be: write it out"
            ])
        let greeting = ConfigurationSample.own(more: "    allow_all_users: true\n    greeting: { text: 'ENC[what]' }")
        #expect(try configurationFaults(greeting) == [])
    }
}
