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
    var admission = ForeignAdmission.nobody
    let place: Place
    let path: String
}

/// The people who may write to an app or a bot.
enum ForeignAdmission {
    case everyone
    case users([ForeignValue])
    case nobody
}

extension Importer {
    /// Adds an app, with further keys of it. Returns its name.
    @discardableResult
    func add(_ app: ForeignApp, more: (_ name: String) -> [Line] = { _ in [] }) -> String {
        let fallback = draft.apps.isEmpty ? "wecom" : "wecom-\(draft.apps.count + 1)"
        let name = name(app.name, orElse: fallback, taken: namesTaken)
        tellName(name, insteadOf: app.name, app.place, app.path)
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
        lines += admissionLines(app.admission, of: owner, corp: app.corpID?.text)
        lines += more(name)
        draft.apps.append(.init(name: name, lines: lines, origin: app.place))
        return name
    }

    /// Some write the key with the `=` that base64 ends with.
    func withoutPadding(_ key: ForeignValue) -> ForeignValue {
        guard key.text.utf8.count == 44, key.text.ends(with: "=") else { return key }
        notes.changed(key, "without the = at its end")
        return ForeignValue(
            text: String(key.text.dropLast()), place: key.place, key: key.key, readsVariables: key.readsVariables)
    }

    /// The keys that say who may write. A bot does not know of which corp it is: `corp` is nil.
    func admissionLines(_ admission: ForeignAdmission, of owner: String, corp: String?) -> [Line] {
        switch admission {
        case .everyone: return [Line("allow_all_users", "true")]
        case .nobody:
            return [Line("allowed_users", "[]", remark: "nobody may write yet: name them, or allow_all_users: true")]
        case .users(let users):
            let known = users.filter { user in
                if case .fits(let known, _) = Form<(corp: String?, user: UserID)>.allowedUser.fit(user.text) {
                    if let named = known.corp, let corp, named != corp {
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

    /// The outbound proxy of an app or a bot; a variable has it where it holds a password.
    func proxyLine(_ value: ForeignValue, of owner: String, called name: String) -> Line {
        value.text.has("@")
            ? secret(value, as: "proxy", of: owner, in: ConfigurationDraft.variableName(name, "PROXY"))
            : plain(value, as: "proxy", of: owner)
    }

    /// The line for the greeting of a person who opens the app or the bot.
    func greetingLine(_ value: ForeignValue, of owner: String) -> Line {
        notes.took(value, as: "greeting of \(owner)")
        return Line("greeting", YAMLText.map([("text", text(value))]), from: value.place)
    }
}
