import Text

/// A program whose configuration can be moved in.
enum ForeignKind: String, CaseIterable, Sendable {
    case hermes
    case openclaw
    case ccConnect = "cc-connect"
    case cowagent
    case maven
    case loongclaw

    var title: String {
        switch self {
        case .hermes: "the Hermes gateway"
        case .openclaw: "OpenClaw"
        case .ccConnect: "cc-connect"
        case .cowagent: "CowAgent"
        case .maven: "Maven"
        case .loongclaw: "LoongClaw"
        }
    }

    /// Finds whose configuration it is by the keys that only one of them has.
    init?(_ root: ForeignNode, _ format: ForeignSyntax) {
        let found: ForeignKind? =
            switch format {
            case .yaml: root.at("platforms", "wecom_callback") ?? root.at("platforms", "wecom") == nil ? nil : .hermes
            case .variables:
                root.has { $0.begins(with: "WECOM_CALLBACK_") || $0.begins(with: "WECOM_BOT_") } ? .hermes : nil
            case .toml: root["projects"] != nil ? .ccConnect : root["wecom"] != nil ? .loongclaw : nil
            case .json: ForeignKind(json: root)
            }
        guard let found else { return nil }
        self = found
    }

    private init?(json root: ForeignNode) {
        if root.has({ $0.begins(with: "wechatcom") || $0.isSame(as: "wecom_bot_id") || $0.isSame(as: "channel_type") })
        {
            self = .cowagent
            return
        }
        guard let wecom = root.at("channels", "wecom") else { return nil }
        let ofOpenClaw: Set = [
            "agent", "accounts", "defaultAccount", "botId", "secret", "connectionMode", "dmPolicy", "groupPolicy",
            "websocketUrl", "bot", "network", "dynamicAgents",
        ]
        if wecom.has({ ofOpenClaw.contains($0) })
            || root.has({ ["gateway.auth", "agents", "bindings", "plugins"].contains($0) })
        {
            self = .openclaw
        } else if wecom["port"] != nil || root["provider"] != nil || root["agent"] != nil {
            self = .maven
        } else {
            return nil
        }
    }
}

extension ForeignNode {
    /// True if a key of this table fulfils the condition.
    fileprivate func has(_ isWanted: (String) -> Bool) -> Bool {
        if case .table(let entries) = content { entries.contains { isWanted($0.key) } } else { false }
    }
}

/// The language that a configuration is written in.
enum ForeignSyntax: Sendable {
    case yaml, toml, json
    /// A `.env`.
    case variables

    /// Goes by the first line that says something.
    init(of text: String) {
        let unmarked = text.after("\u{FEFF}") ?? text[...]
        let lines = unmarked.lines.lazy.map(\.withoutSpaceAround)
        guard let line = lines.first(where: { !$0.isEmpty && $0.utf8.first != UInt8(ascii: "#") }) else {
            self = .yaml
            return
        }
        if line.begins(with: "{") || line.begins(with: "//") || line.begins(with: "/*") {
            self = .json
        } else if line.begins(with: "[") {
            self = .toml
        } else if let (name, _) = line.cut(around: "="), !name.has(":") {
            let name = name.withoutSpaceAround
            let isVariable =
                (name.after("export ") ?? name).utf8.allSatisfy {
                    $0.isASCIIUppercase || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
                }
                && !lines.contains { $0.begins(with: "[") }
            self = isVariable ? .variables : .toml
        } else {
            self = .yaml
        }
    }
}
