import Text

/// The environment variables that speak for keys. A variable beats the file; an empty one counts as not set.
enum Variables {
    private static let byKey = [
        "server.host": "WECOM_ROUTER_HOST",
        "server.port": "WECOM_ROUTER_PORT",
        "server.path": "WECOM_ROUTER_PATH",
        "server.public_url": "WECOM_ROUTER_PUBLIC_URL",
        "server.max_message_age": "WECOM_ROUTER_MAX_MESSAGE_AGE",
        "management.host": "WECOM_ROUTER_MANAGEMENT_HOST",
        "management.port": "WECOM_ROUTER_MANAGEMENT_PORT",
        "management.token": "WECOM_ROUTER_ADMIN_TOKEN",
        "management.read_token": "WECOM_ROUTER_READ_TOKEN",
        "store.url": "WECOM_ROUTER_STORE_URL",
        "store.secret_key": "WECOM_ROUTER_STORE_SECRET_KEY",
        "workers.concurrency": "WECOM_ROUTER_WORKERS_CONCURRENCY",
        "workers.drain_timeout": "WECOM_ROUTER_DRAIN_TIMEOUT",
        "log.level": "WECOM_ROUTER_LOG_LEVEL",
        "log.format": "WECOM_ROUTER_LOG_FORMAT",
        "secrets_key": SecretsKey.variable,
    ].merging(byAgentKey.map { ("\(agent).\($0)", $1) }) { $1 }

    /// The variables of the one agent of a set-up without `agents:`, by its keys.
    private static let byAgentKey = [
        "kind": agent, "base_url": "\(agent)_BASE_URL", "model": "\(agent)_MODEL", "api_key": "\(agent)_API_KEY",
        "system_prompt": "\(agent)_SYSTEM_PROMPT", "url": "\(agent)_URL", "secret": "\(agent)_SECRET",
        "command": "\(agent)_COMMAND", "format": "\(agent)_FORMAT", "pass_environment": "\(agent)_PASS_ENVIRONMENT",
        "timeout": "\(agent)_TIMEOUT",
    ]

    /// The variables that commands read besides.
    private static let others = ["WECOM_ROUTER_CONFIG", SecretsKey.newVariable]

    /// Those of the Hermes gateway, by the keys of its block.
    private static let byHermesKey = [
        "corp_id": "WECOM_CALLBACK_CORP_ID",
        "corp_secret": "WECOM_CALLBACK_CORP_SECRET",
        "agent_id": "WECOM_CALLBACK_AGENT_ID",
        "token": "WECOM_CALLBACK_TOKEN",
        "encoding_aes_key": "WECOM_CALLBACK_ENCODING_AES_KEY",
        "host": "WECOM_CALLBACK_HOST",
        "port": "WECOM_CALLBACK_PORT",
        "allowed_users": "WECOM_CALLBACK_ALLOWED_USERS",
        "allow_all_users": "WECOM_CALLBACK_ALLOW_ALL_USERS",
    ]

    /// Those without which there is no app.
    static let ofHermesApp = ["corp_id", "corp_secret", "agent_id", "token", "encoding_aes_key"].compactMap {
        byHermesKey[$0]
    }

    /// The one agent of a set-up without `agents:`, by its kind.
    static let agent = "WECOM_ROUTER_AGENT"

    /// All that speak for keys.
    static var all: Set<String> { Set(byKey.values).union(byHermesKey.values) }

    /// The one that `name` was probably meant to be: it begins as ours do, is none of them, and is a letter or two from it.
    static func meant(by name: String) -> String? {
        let known = all.union(others)
        guard name.hasPrefix("WECOM_"), !known.contains(name), name.utf8.count <= 64 else { return nil }
        let near = known.map { (name: $0, distance: editDistance(Array(name.utf8), Array($0.utf8))) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return near.flatMap { $0.distance <= 2 ? $0.name : nil }
    }

    /// Those that tell how a process runs, hold nothing secret, and may be looked up at any time.
    static func isHarmless(_ name: String) -> Bool {
        name.hasPrefix("LC_")
            || [
                "HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "PWD", "SHELL", "SSL_CERT_DIR", "SSL_CERT_FILE", "TERM",
                "TMPDIR", "TZ", "TZDIR", "USER",
            ].contains(name)
    }

    static func name(for key: String) -> String? {
        byKey[key]
            ?? (key.hasPrefix(HermesBlock.key + ".")
                ? byHermesKey[String(key.dropFirst(HermesBlock.key.count + 1))] : nil)
    }
}
