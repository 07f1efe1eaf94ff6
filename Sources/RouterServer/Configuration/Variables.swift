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
        "store.url": "WECOM_ROUTER_STORE_URL",
        "workers.concurrency": "WECOM_ROUTER_WORKERS_CONCURRENCY",
        "workers.drain_timeout": "WECOM_ROUTER_DRAIN_TIMEOUT",
        "log.level": "WECOM_ROUTER_LOG_LEVEL",
        "log.format": "WECOM_ROUTER_LOG_FORMAT",
        "secrets_key": SecretsKey.variable,
    ]

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
    static var all: Set<String> { Set(byKey.values).union(byHermesKey.values).union([agent]) }

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
