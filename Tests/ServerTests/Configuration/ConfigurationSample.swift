import RouterServer

/// A configuration from texts: files and variables as values, no disk and no process environment.
func loadConfiguration(
    _ yaml: String?,
    _ environment: [String: String] = [:],
    files: [String: String] = [:],
    mode: UInt32 = 0o600,
    landlock: Int = 7
) throws -> Configuration {
    var contents = files
    contents["config.yaml"] = yaml
    return try Configuration.load(
        file: nil, environment: environment, files: .texts(contents, mode: mode), landlock: landlock)
}

/// Every fault of a configuration as it is printed; none when it is fine.
func configurationFaults(
    _ yaml: String?,
    _ environment: [String: String] = [:],
    files: [String: String] = [:],
    landlock: Int = 7
) throws -> [String] {
    do {
        _ = try loadConfiguration(yaml, environment, files: files, landlock: landlock)
        return []
    } catch ConfigurationError.faults(let faults, _) {
        return faults.map(\.description)
    }
}

extension ConfigurationFiles {
    static func texts(_ contents: [String: String], mode: UInt32 = 0o600) -> ConfigurationFiles {
        ConfigurationFiles(
            read: { path, limit in
                guard let text = contents[path] else { throw MissingFile(path: path) }
                return Array(text.utf8.prefix(limit))
            },
            mode: { _ in mode },
            exists: { contents[$0] != nil }
        )
    }
}

struct MissingFile: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path): no such file or directory" }
}

enum ConfigurationSample {
    static let key = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"

    /// Nine lines of which a test replaces or adds to some.
    static func own(
        agents: String = "agents: { helper: { kind: echo } }",
        name: String = "dept-a",
        corp: String = "ww_corp_a",
        agentID: String = "1000002",
        token: String = "tokenA",
        aesKey: String = key,
        more: String = "    allow_all_users: true",
        after: String = ""
    ) -> String {
        """
        \(agents)
        apps:
          - name: \(name)
            corp_id: \(corp)
            corp_secret: hushhush
            agent_id: \(agentID)
            token: \(token)
            encoding_aes_key: \(aesKey)
        \(more)
        \(after)
        """
    }

    static let hermes = """
        model: { default: "something", tags: &x [1, 2] }
        model: *x
        platforms:
          telegram: { token: !secret abc }
          wecom_callback:
            enabled: true
            extra:
              host: "127.0.0.1"
              port: "9000"
              apps:
                - name: "dept-a"
                  corp_id: "ww_corp_a"
                  corp_secret: "secret-a"
                  agent_id: "1000002"
                  token: "tokena"
                  encoding_aes_key: "\(key)"
                - name: "Dept B"
                  corp_id: "ww_corp_b"
                  corp_secret: "secret-b"
                  agent_id: 1000003
                  token: "tokenb"
                  encoding_aes_key: "\(key)"
        logging: 5
        """

    static let variables = [
        "WECOM_CALLBACK_CORP_ID": "ww_corp_a",
        "WECOM_CALLBACK_CORP_SECRET": "hushhush",
        "WECOM_CALLBACK_AGENT_ID": "1000002",
        "WECOM_CALLBACK_TOKEN": "tokenA",
        "WECOM_CALLBACK_ENCODING_AES_KEY": key,
    ]
}
