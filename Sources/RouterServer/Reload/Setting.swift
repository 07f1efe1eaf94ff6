import HTTP
import Observability

/// A key of the configuration outside `apps` and `agents`, and how it is compared and kept.
struct Setting: Sendable {
    /// As it is written, with its section.
    let key: String
    let differs: @Sendable (Configuration, Configuration) -> Bool
    /// Gives a configuration the value that another has.
    let keep: @Sendable (_ other: Configuration, _ configuration: inout Configuration) -> Void

    init<Value: Equatable & SendableMetatype>(
        _ key: String, _ path: any WritableKeyPath<Configuration, Value> & Sendable
    ) {
        self.key = key
        differs = { $0[keyPath: path] != $1[keyPath: path] }
        keep = { $1[keyPath: path] = $0[keyPath: path] }
    }

    /// Those that a reload puts in force.
    static let reloaded = [
        Setting("server.public_url", \.server.publicURL),
        Setting("server.max_message_age", \.server.maxMessageAge),
        Setting("management.allowed_hosts", \.management.allowedHosts),
        Setting("management.token", \.management.token),
        Setting("management.read_token", \.management.readToken),
        Setting("management.check_credentials", \.management.checksCredentials),
        Setting("log.level", \.log.level),
    ]

    /// Those that sockets, files and threads are made by at the start.
    static let restarted = [
        Setting("server.host", \.server.host),
        Setting("server.port", \.server.port),
        Setting("server.path", \.server.path),
        Setting("server.trusted_proxies", \.server.trustedProxies),
        Setting("server.wecom_addresses", \.server.wecomAddresses),
        Setting("server.allowed_sources", \.server.allowedSources),
        Setting("management.host", \.management.host),
        Setting("management.port", \.management.port),
        Setting("store.url", \.store.location),
        Setting("store.secret_key", \.store.secretKey),
        Setting("store.secret_key_old", \.store.oldSecretKey),
        Setting("store.synchronous", \.store.synchronous),
        Setting("store.min_free", \.store.minFree),
        Setting("store.pool", \.store.pool),
        Setting("store.pooler", \.store.pooler),
        Setting("store.listen_url", \.store.listenURL),
        Setting("store.retention", \.store.retention),
        Setting("workers.concurrency", \.workers.concurrency),
        Setting("workers.drain_timeout", \.workers.drainTimeout),
        Setting("workers.directory", \.workers.directory),
        Setting("workers.directory_shared", \.workers.sharesDirectory),
        Setting("workers.directory_copy", \.workers.directoryCopy),
        Setting("workers.home_timeout", \.workers.homeTimeout),
        Setting("log.format", \.log.format),
    ]
}

extension Configuration {
    /// This configuration with what only a restart changes as it is in the one that runs.
    func keepingWhatNeedsARestart(of running: Configuration) -> Configuration {
        var configuration = self
        for setting in Setting.restarted { setting.keep(running, &configuration) }
        return configuration
    }
}
