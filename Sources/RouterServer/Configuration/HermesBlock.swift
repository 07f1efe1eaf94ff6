import YAML

/// The block `platforms.wecom_callback.extra` of a Hermes gateway's file, and the variables that go with it.
///
/// Whoever runs that gateway starts us with the files they have: what we do not know in the block is a warning only,
/// and the rest of such a file is none of our business.
struct HermesBlock {
    static let key = "platforms.wecom_callback.extra"

    /// The mapping `extra`; nil when all there is are variables.
    let node: YAMLNode?

    /// Finds the block in a file that has no `apps:` of its own.
    init?(in root: YAMLNode) {
        guard case .mapping(let keys) = root.content, keys["apps"] == nil,
            case .mapping(let platforms) = keys["platforms"]?.content,
            case .mapping(let callback) = platforms["wecom_callback"]?.content
        else { return nil }
        node = callback["extra"]
    }

    private init() { node = nil }

    /// One app from the environment alone, when any variable of an app is set.
    init?(from environment: [String: String]) {
        guard Variables.ofHermesApp.contains(where: { environment[$0]?.isEmpty == false }) else { return nil }
        self.init()
    }
}

extension HermesBlock {
    /// Reads where to listen, which what is ours may still override.
    func readServer(into server: inout Configuration.Server, _ extra: Section) {
        extra.read("host", .host, into: &server.host)
        extra.read("port", .port, into: &server.port)
        extra.read("path", .callbackPath, into: &server.path)
    }

    /// Reads `apps`, or the one app whose keys stand in the block itself or in the environment.
    func apps(_ extra: Section, agents: [String]) -> [Configuration.App] {
        let allowed = AllowedUsersList(extra)
        defer { extra.finish(asWarning: true) }
        guard let apps = extra.sections("apps"), !apps.isEmpty else {
            return [Configuration.App(extra, inherited("default", nil, agents))]
        }
        for name in ["name", "corp_id", "corp_secret", "agent_id", "token", "encoding_aes_key"] { _ = extra.node(name) }
        return apps.enumerated().map { index, section in
            defer { section.finish(asWarning: true) }
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

extension Form where Value == String {
    /// Any name at all, made into one of ours.
    fileprivate static func hermesName(orElse fallback: String) -> Form {
        Form(placeholder: fallback) { text in
            if isName(text) { return .fits(text) }
            let bytes = text.lowercased().utf8.prefix(64).map { byte in
                byte.isASCIILetterOrDigit || "._-".utf8.contains(byte) ? byte : UInt8(ascii: "-")
            }
            let name = String(decoding: bytes.drop { !$0.isASCIILetterOrDigit }, as: UTF8.self)
            let chosen = isName(name) ? name : fallback
            return .fits(chosen, warning: "is \(shown(text)), which is no name for an app here: it is called \(chosen)")
        }
    }
}
