package import WeCom

/// Every app and bot we serve, found by whatever a callback has to say for itself.
package struct AppDirectory: Sendable {
    package let apps: [App]
    /// Those that are not served for now.
    package let dormant: [DormantApp]
    /// The bot that is meant where none is named.
    package let defaultBot: App?
    private let byEndpoint: [Endpoint: Int]
    private let byName: [String: Int]
    /// Each app, and no bot, with each pair of its keys, those in force first: what is replaced takes no place from what is not.
    private let keyed: [KeyedApp]
    /// The places in `keyed`, by the token they share.
    private let byCorp: [CorpID: TokenGroups]
    /// The tokens to try on callbacks that name no corp or app.
    private let everywhere: TokenGroups
    /// The places in `calledBots`, by the token they share.
    private let byBotToken: TokenGroups

    /// The most tokens tried on a callback whose app is not known, and the most apps where they share one.
    package static let maxTokensTried = 64
    /// The bytes that they may sign together: each token tried is a digest of the whole ciphertext.
    private static let maxBytesTried = 1 << 20

    /// True of an app that is not served for now: what it had accepted waits.
    package func isDormant(_ endpoint: Endpoint) -> Bool { dormant.contains { $0.app.endpoint == endpoint } }

    package init(_ apps: [App], dormant: [DormantApp] = [], defaultBot: String? = nil) {
        self.apps = apps
        self.dormant = dormant
        self.defaultBot = apps.first { $0.endpoint.bot != nil && $0.name == defaultBot }
        calledBots = apps.filter { $0.endpoint.bot != nil && $0.keys != nil }
        var byBotToken = TokenGroups()
        for (place, bot) in calledBots.enumerated() {
            if let keys = bot.keys { byBotToken.add(place, to: keys.tokenGroup) }
        }
        self.byBotToken = byBotToken
        calledBotOfEachToken = byBotToken.all.map { [calledBots] in calledBots[$0[0]] }
        byEndpoint = Dictionary(apps.indices.map { (apps[$0].endpoint, $0) }, uniquingKeysWith: { first, _ in first })
        byName = Dictionary(apps.indices.map { (apps[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        var byCorp: [CorpID: TokenGroups] = [:]
        var everywhere = TokenGroups()
        let all = apps.map(\.keyed)
        keyed = all.flatMap { $0.prefix(1) } + all.flatMap { $0.dropFirst() }
        for (place, one) in keyed.enumerated() {
            byCorp[one.key.corpID, default: TokenGroups()].add(place, to: one.keys.tokenGroup)
            everywhere.add(place, to: one.keys.tokenGroup)
        }
        self.byCorp = byCorp
        self.everywhere = everywhere
    }

    package subscript(_ key: AppKey) -> App? { self[.app(key)] }
    package subscript(_ endpoint: Endpoint) -> App? { byEndpoint[endpoint].map { apps[$0] } }
    package subscript(named name: String) -> App? { byName[name].map { apps[$0] } }

    /// The AI bots that WeCom calls.
    package let calledBots: [App]

    /// The bots that WeCom calls whose token is of that group.
    package func calledBots(of token: TokenGroup) -> [App] { byBotToken[token].map { calledBots[$0] } }

    /// One bot for each token of theirs.
    package let calledBotOfEachToken: [App]

    /// True if WeCom calls anybody here: an app, or such a bot.
    package var isCalled: Bool { apps.contains { $0.keys != nil } }

    /// The bot of that name that WeCom calls; nil for an app, and for a bot that connects.
    package func calledBot(named name: String) -> App? {
        self[named: name].flatMap { $0.endpoint.bot == nil || $0.keys == nil ? nil : $0 }
    }

    package func serves(_ corp: CorpID) -> Bool { byCorp[corp] != nil }

    /// The apps of a corp whose keys made this signature, `agent`'s first; nil when it is nobody's. Tries one token of each
    /// kind, and no more than `maxTokensTried` or than 1 MiB of digests allows.
    package func signers(of callback: Callback, in corp: CorpID, preferring agent: AgentID?) -> Signers? {
        guard let groups = byCorp[corp] else { return nil }
        if let preferred = agent.flatMap({ self[AppKey(corpID: corp, agentID: $0)] }),
            let (verified, own) = preferred.keyed.signing(callback)
        {
            let group = groups[preferred.keyed[own[0]].keys.tokenGroup]
            let others = group.prefix(AppDirectory.maxTokensTried).filter { keyed[$0].app !== preferred }
            return Signers(of: verified, among: keyed, order: group.filter { keyed[$0].app === preferred } + others)
        }
        return signers(of: callback, among: groups)
    }

    /// The apps of any corp whose keys made this signature: the costly search, for callbacks that name no corp of ours.
    package func signers(of callback: Callback) -> Signers? { signers(of: callback, among: everywhere) }

    private func signers(of callback: Callback, among groups: TokenGroups) -> Signers? {
        let affordable = AppDirectory.maxBytesTried / max(callback.encrypted.utf8.count, 1)
        for group in groups.all.prefix(min(AppDirectory.maxTokensTried, affordable)) {
            guard let verified = keyed[group[0]].keys.verified(callback) else { continue }
            return Signers(of: verified, among: keyed, order: Array(group.prefix(AppDirectory.maxTokensTried)))
        }
        return nil
    }
}
