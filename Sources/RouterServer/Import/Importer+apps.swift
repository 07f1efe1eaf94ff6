import Text
import WeCom

/// A self-built app in a configuration of another program.
struct ForeignApp {
    var name: String?
    var corpID: ForeignValue?
    var agentID: ForeignValue?
    var secret: ForeignValue?
    var token: ForeignValue?
    var aesKey: ForeignValue?
    /// The agent of ours that answers.
    let agent: String
    var admission = Admission.nobody
    let place: Place
    let path: String

    /// The people who may write.
    enum Admission {
        case everyone
        case users([ForeignValue])
        case nobody
    }
}

extension Importer {
    /// Adds an app, with further keys of it. Returns its name.
    @discardableResult
    func add(_ app: ForeignApp, more: (_ name: String) -> [Line] = { _ in [] }) -> String {
        let fallback = draft.apps.isEmpty ? "wecom" : "wecom-\(draft.apps.count + 1)"
        let name = name(app.name, orElse: fallback, taken: draft.apps.map(\.name))
        if let wish = app.name, wish != name {
            notes.changed(
                app.place, app.path, "\(shown(wish)) is called \(name): a name here is of a-z, 0-9, . _ -, and unique")
        }
        let owner = "app \(name)"
        func variable(_ what: String) -> String { ConfigurationDraft.variableName(name, what) }
        var lines: [Line] = []
        if let id = app.corpID { lines.append(plain(id, as: "corp_id", of: owner)) }
        if let id = app.agentID { lines.append(plain(id, as: "agent_id", of: owner)) }
        if let secret = app.secret {
            lines.append(self.secret(secret, as: "corp_secret", of: owner, in: variable("SECRET")))
        }
        if let token = app.token { lines.append(secret(token, as: "token", of: owner, in: variable("TOKEN"))) }
        if let key = app.aesKey {
            lines.append(secret(withoutPadding(key), as: "encoding_aes_key", of: owner, in: variable("AES_KEY")))
        }
        lines.append(Line("agent", app.agent))
        lines += admissionLines(app, owner)
        lines += more(name)
        draft.apps.append(.init(name: name, lines: lines, origin: app.place))
        return name
    }

    /// Some write the key with the `=` that base64 ends with.
    private func withoutPadding(_ key: ForeignValue) -> ForeignValue {
        guard key.text.utf8.count == 44, key.text.ends(with: "=") else { return key }
        notes.changed(key, "without the = at its end")
        return ForeignValue(
            text: String(key.text.dropLast()), place: key.place, key: key.key, readsVariables: key.readsVariables)
    }

    private func admissionLines(_ app: ForeignApp, _ owner: String) -> [Line] {
        switch app.admission {
        case .everyone: return [Line("allow_all_users", "true")]
        case .nobody:
            return [Line("allowed_users", "[]", remark: "nobody may write yet: name them, or allow_all_users: true")]
        case .users(let users):
            let known = users.filter { user in
                if case .fits(let known, _) = Form<(corp: String?, user: UserID)>.allowedUser.fit(user.text) {
                    if let corp = known.corp, corp != app.corpID?.text {
                        notes.left(user, "is of another corp than \(owner)")
                        return false
                    }
                    notes.took(user, as: "one of allowed_users of \(owner)")
                    return true
                }
                notes.left(user, "\(shown(user.text)) is no user id")
                return false
            }
            return [Line("allowed_users", YAMLText.list(known.map(text)), from: known.first?.place)]
        }
    }

    /// The outbound proxy of an app; a variable has it where it holds a password.
    func proxyLine(_ value: ForeignValue, app name: String) -> Line {
        value.text.has("@")
            ? secret(value, as: "proxy", of: "app \(name)", in: ConfigurationDraft.variableName(name, "PROXY"))
            : plain(value, as: "proxy", of: "app \(name)")
    }

    /// What somebody hears who opens the app.
    func greetingLine(_ value: ForeignValue, app name: String) -> Line {
        notes.took(value, as: "greeting of app \(name)")
        return Line("greeting", YAMLText.map([("text", text(value))]), from: value.place)
    }
}

extension Importer {
    /// Adds a bot, which is kept as a remark. Of secrets only that there was one.
    func addBot(
        _ wish: String?, mode: String, _ values: [(key: String, value: ForeignValue?)],
        secrets: [(key: String, value: ForeignValue?)], lists: [(key: String, values: [ForeignValue]?)] = []
    ) {
        let name = name(
            wish, orElse: draft.bots.isEmpty ? "bot" : "bot-\(draft.bots.count + 1)", taken: draft.bots.map(\.name))
        let why = "belongs to a bot (智能机器人), which is not moved in: docs/bots.md says how to set one up"
        var lines = [Line("mode", mode)]
        for (key, value) in values {
            guard let value else { continue }
            notes.left(value, "\(why): kept as a remark")
            lines.append(Line(key, YAMLText.of(text(value))))
        }
        for (key, value) in secrets {
            guard let value else { continue }
            notes.left(value, "\(why), and is not written down")
            lines.append(Line(key, "${\(ConfigurationDraft.variableName(name, key.uppercasedASCII))}"))
        }
        for (key, values) in lists {
            guard let values, !values.isEmpty else { continue }
            for value in values { notes.left(value, "\(why): kept as a remark") }
            lines.append(Line(key, YAMLText.list(values.map(text))))
        }
        draft.bots.append(.init(name: name, lines: lines))
    }
}
