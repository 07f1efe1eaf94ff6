import YAML

/// The block `platforms.wecom_callback.extra` of a Hermes gateway's file, and the variables that go with it.
///
/// Whoever runs that gateway starts us with the files they have: what we do not know in the block is a warning only, unless
/// it may keep somebody out, and the rest of such a file is none of our business.
struct HermesBlock {
    static let platformKey = "platforms.wecom_callback"
    static let key = platformKey + ".extra"

    /// The mapping `wecom_callback`; nil when all there is are variables.
    private let platform: YAMLNode?
    /// The mapping `extra` in it.
    let node: YAMLNode?

    /// Finds the block in a file that has no `apps:` of its own.
    init?(in root: YAMLNode) {
        guard case .mapping(let keys) = root.content, keys["apps"] == nil,
            case .mapping(let platforms) = keys["platforms"]?.content,
            case .mapping(let callback) = platforms["wecom_callback"]?.content
        else { return nil }
        platform = platforms["wecom_callback"]
        node = callback["extra"]
    }

    private init() { (platform, node) = (nil, nil) }

    /// One app from the environment alone, when any variable of an app is set.
    init?(from environment: [String: String]) {
        guard Variables.ofHermesApp.contains(where: { environment[$0]?.isEmpty == false }) else { return nil }
        self.init()
    }
}

extension HermesBlock {
    /// True unless the block says that it is off, which is a fault: then there is no app to serve.
    func isEnabled(_ reading: Reading) -> Bool {
        let section = Section(platform, key: Self.platformKey, reading)
        var isOn = true
        section.read("enabled", .boolean, into: &isOn)
        _ = section.node("extra")
        section.refuseUnknownSafety()
        if !isOn {
            section.fault("enabled", "is false, so there is no app to serve: set it to true, or write apps: of our own")
        }
        return isOn
    }

    /// Reads where to listen and whom to hear, which what is ours may still override.
    func readServer(into server: inout Configuration.Server, _ extra: Section) {
        extra.read("host", .host, into: &server.host)
        extra.read("port", .port, into: &server.port)
        extra.read("path", .callbackPath, into: &server.path)
        if let networks = extra.list("allowed_source_cidrs", .networks) {
            server.allowedSources = networks.flatMap(\.self)
        }
    }

    /// Reads `apps`, or the one app whose keys stand in the block itself or in the environment. Apps that are off are left
    /// out.
    func apps(_ extra: Section, agents: [String]) -> [Configuration.App] {
        let allowed = AllowedUsersList(extra)
        defer { extra.finishHermes() }
        guard let apps = extra.sections("apps"), !apps.isEmpty else {
            return extra.isOn ? [Configuration.App(extra, inherited("default", nil, agents))] : extra.complainOfNoApp()
        }
        for name in ["name", "corp_id", "corp_secret", "agent_id", "token", "encoding_aes_key"] { _ = extra.node(name) }
        guard extra.isOn else { return extra.complainOfNoApp() }
        let served = apps.enumerated().filter { $0.element.isOn }
        if served.isEmpty { return extra.complainOfNoApp() }
        return served.map { index, section in
            defer { section.finishHermes() }
            return Configuration.App(section, inherited("app-\(index + 1)", allowed, agents))
        }
    }

    private func inherited(
        _ name: String,
        _ users: AllowedUsersList?,
        _ agents: [String]
    ) -> Configuration.App.Inherited {
        .init(name: name, nameForm: .hermesName(orElse: name), allowedUsers: users, agents: agents)
    }
}

extension Section {
    /// True unless `enabled` says otherwise.
    fileprivate var isOn: Bool { read("enabled", .boolean, default: true) }

    fileprivate func complainOfNoApp() -> [Configuration.App] {
        fault("enabled", "is false for every app, so there is none to serve")
        return []
    }

    fileprivate func finishHermes() {
        refuseUnknownSafety()
        finish(asWarning: true)
    }

    /// Tells of every key that nobody asked for and that may keep somebody out: who wrote it relies on it.
    fileprivate func refuseUnknownSafety() {
        for name in unknownNames where speaksOfSafety(name) {
            refuse(
                name,
                "is not known here and may keep somebody out, so it is not ignored: see allowed_users and "
                    + "server.allowed_sources, and remove it once they say what it said")
        }
    }
}

/// True if a key may keep people, addresses or messages out, as far as its words tell.
func speaksOfSafety(_ name: String) -> Bool {
    let stems = [
        "allow", "deny", "denied", "block", "forbid", "restrict", "permit", "trust", "cidr", "verif", "auth", "secur",
        "require", "whitelist", "blacklist", "firewall", "polic", "pairing", "admin", "guard", "sandbox", "readonly",
    ]
    let words: Set = [
        "ban", "bans", "banned", "ip", "ips", "acl", "only", "source", "sources", "role", "roles", "safe",
    ]
    let lower = name.lowercased()
    return stems.contains { lower.contains($0) }  // short: a key
        || lower.split { $0 == "_" || $0 == "-" || $0 == "." }.contains { words.contains(String($0)) }  // short: a key
}

extension Form where Value == String {
    /// Any name at all, made into one of ours.
    fileprivate static func hermesName(orElse fallback: String) -> Form {
        Form(placeholder: fallback) { text in
            if isName(text) { return .fits(text) }
            let chosen = nameOfOurs(text) ?? fallback
            return .fits(chosen, warning: "is \(shown(text)), which is no name for an app here: it is called \(chosen)")
        }
    }
}

/// A name of an app or an agent as near to the text as can be; nil where nothing of it may stand in one.
func nameOfOurs(_ text: String) -> String? {
    let bytes = text.lowercased().utf8.prefix(64).map { byte in
        byte.isASCIILetterOrDigit || "._-".utf8.contains(byte) ? byte : UInt8(ascii: "-")
    }
    let name = String(decoding: bytes.drop { !$0.isASCIILetterOrDigit }, as: UTF8.self)
    return isName(name) ? name : nil
}
