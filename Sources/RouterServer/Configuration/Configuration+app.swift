package import Router
package import System
package import WeCom

extension Configuration {
    /// An app that people in a corp write to.
    package struct App: Sendable, Equatable {
        /// A label of ours; `corpID` and `agentID` are the identity.
        package var name: String
        package var corpID: CorpID
        package var corpSecret: Secret
        package var agentID: AgentID
        package var token: Secret
        /// 43 characters, checked.
        package var encodingAESKey: Secret
        /// The token and key of before, while WeCom changes over.
        package var oldToken: Secret?
        package var oldEncodingAESKey: Secret?
        /// The name of the agent that answers; one of `Configuration.agents`.
        package var agent: String
        package var policy = Policy.nobody
        /// Without a slash at the end.
        package var apiBaseURL = "https://qyapi.weixin.qq.com"
        /// May hold a user and a password.
        package var proxy: Secret?
        /// Certificates of authorities to trust besides none other; nil trusts the system's.
        package var caFile: String?
        /// The time before an access token's end at which it is replaced.
        package var tokenRefreshBuffer = AccessToken.usualBuffer
        /// The rules by which its jobs are run.
        package var conduct = Conduct()
        package var texts = ChatTexts.chinese
        package var language = ChatTexts.Language.chinese
        package var timeZone = TimeZone.utc
        /// Its place in the configuration, as in `apps[0]`.
        package var key = ""

        package init(
            name: String,
            corpID: CorpID,
            corpSecret: Secret,
            agentID: AgentID,
            token: Secret,
            encodingAESKey: Secret,
            agent: String
        ) {
            self.name = name
            self.corpID = corpID
            self.corpSecret = corpSecret
            self.agentID = agentID
            self.token = token
            self.encodingAESKey = encodingAESKey
            self.agent = agent
        }
    }
}

extension Configuration.App {
    /// The keys that an app need not have, because another place of the configuration has them.
    struct Inherited {
        /// Stands in when there is no name; nil asks for one.
        var name: String?
        /// The form of a name.
        var nameForm = Form<String>.name
        var allowedUsers: AllowedUsersList?
        /// The names of all agents; an app that names none gets the only one.
        var agents: [String]
    }

    init(_ section: Section, _ inherited: Inherited) {
        let corpID = section.require("corp_id", .corpID)
        self.init(
            name: inherited.name.map { section.read("name", inherited.nameForm, default: $0) }
                ?? section.require("name", inherited.nameForm),
            corpID: corpID,
            corpSecret: section.requireSecret("corp_secret", .corpSecret),
            agentID: section.require("agent_id", .agentID),
            token: section.requireSecret("token", .callbackToken),
            encodingAESKey: section.requireSecret("encoding_aes_key", .encodingAESKey),
            agent: section.agent(among: inherited.agents)
        )
        readOldKeys(section)
        let list = AllowedUsersList(section)
        if let stranger = list?.stranger(to: corpID) {
            section.warn("allowed_users", "names \(stranger), who is of another corp than the app: it has no effect")
        }
        policy = (list ?? inherited.allowedUsers)?.policy(of: corpID) ?? .nobody
        policy.groups.departments = Set(section.list("allowed_departments", .groupID) ?? [])
        policy.groups.tags = Set(section.list("allowed_tags", .groupID) ?? [])
        if policy.everyone, !policy.groups.isEmpty {
            section.warn("allow_all_users", "lets everyone write, whatever allowed_departments and allowed_tags say")
        }
        section.read("api_base_url", .webURL, into: &apiBaseURL)
        section.read("proxy", .proxy, into: &proxy)
        section.read("ca_file", .readableFile(section.reading), into: &caFile)
        section.read("token_refresh_buffer", .duration(atMost: .seconds(3600)), into: &tokenRefreshBuffer)
        conduct.read(section, readingCards: TemplateCard.init(ofApp:))
        texts = ChatTexts(section)
        section.read("language", .word(), into: &language)
        timeZone = Configuration.App.timeZone(section, of: language)
        key = section.key
    }
}

extension Configuration.App {
    private mutating func readOldKeys(_ section: Section) {
        oldToken = section.secret("old_token", .callbackToken)
        oldEncodingAESKey = section.secret("old_encoding_aes_key", .encodingAESKey)
        func check(_ old: inout Secret?, _ new: Secret, _ name: String) {
            guard old == new else { return }
            section.warn("old_\(name)", "is the same as \(name): it has no effect")
            old = nil
        }
        check(&oldToken, token, "token")
        check(&oldEncodingAESKey, encodingAESKey, "encoding_aes_key")
    }
}

extension Configuration.App {
    /// The zone of its people; where none is named, that which their language makes likely.
    static func timeZone(_ section: Section) -> TimeZone {
        timeZone(section, of: section.read("language", .word(), default: .chinese))
    }

    private static func timeZone(_ section: Section, of language: ChatTexts.Language) -> TimeZone {
        section.read("timezone", .timeZone, default: language == .chinese ? .shanghai : .system)
    }
}

extension Form where Value == TimeZone {
    /// A zone by its name in the system's data.
    fileprivate static var timeZone: Form {
        Form(placeholder: .utc) { text in
            guard let zone = TimeZone(named: text) else {
                return .mismatch(
                    "is \(shown(text)), which this machine has no time zone for: write a name as in Asia/Shanghai, "
                        + "Europe/Berlin or UTC, and install tzdata if it has none")
            }
            return .fits(zone)
        }
    }
}

extension Section {
    /// The agent that answers: the one that is named, or the only one there is.
    func agent(among names: [String]) -> String {
        if names.count == 1 { return read("agent", .agent(among: names), default: names[0]) }
        return names.isEmpty ? read("agent", .text, default: "") : require("agent", .agent(among: names))
    }
}
