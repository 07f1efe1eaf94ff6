package import WeCom

/// Every app we serve, found by whatever a callback has to say for itself.
package struct AppDirectory: Sendable {
    package let apps: [App]
    private let byKey: [AppKey: Int]
    private let byName: [String: Int]
    private let byCorp: [CorpID: TokenGroups]
    /// The tokens to try on callbacks that name no corp or app.
    private let everywhere: TokenGroups

    /// The most tokens tried on a callback whose app is not known, and the most apps where they share one.
    package static let maxTokensTried = 64
    /// The bytes that they may sign together: each token tried is a digest of the whole ciphertext.
    private static let maxBytesTried = 1 << 20

    package init(_ apps: [App]) {
        self.apps = apps
        byKey = Dictionary(apps.indices.map { (apps[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
        byName = Dictionary(apps.indices.map { (apps[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        var byCorp: [CorpID: TokenGroups] = [:]
        var everywhere = TokenGroups()
        for (index, app) in apps.enumerated() {
            byCorp[app.key.corpID, default: TokenGroups()].add(index, to: app.keys.tokenGroup)
            everywhere.add(index, to: app.keys.tokenGroup)
        }
        self.byCorp = byCorp
        self.everywhere = everywhere
    }

    package subscript(_ key: AppKey) -> App? { byKey[key].map { apps[$0] } }
    package subscript(_ endpoint: Endpoint) -> App? { endpoint.app.flatMap { self[$0] } }
    package subscript(named name: String) -> App? { byName[name].map { apps[$0] } }

    package func serves(_ corp: CorpID) -> Bool { byCorp[corp] != nil }

    /// The apps of a corp whose keys made this signature, `agent`'s first; nil when it is nobody's. Tries one token of each
    /// kind, and no more than `maxTokensTried` or than 1 MiB of digests allows.
    package func signers(of callback: Callback, in corp: CorpID, preferring agent: AgentID?) -> Signers? {
        guard let groups = byCorp[corp] else { return nil }
        if let preferred = agent.flatMap({ byKey[AppKey(corpID: corp, agentID: $0)] }),
            let verified = apps[preferred].keys.verified(callback)
        {
            let sharers = groups[apps[preferred].keys.tokenGroup].prefix(AppDirectory.maxTokensTried)
            return Signers(of: verified, among: apps, order: [preferred] + sharers.filter { $0 != preferred })
        }
        return signers(of: callback, among: groups)
    }

    /// The apps of any corp whose keys made this signature: the costly search, for callbacks that name no corp of ours.
    package func signers(of callback: Callback) -> Signers? { signers(of: callback, among: everywhere) }

    private func signers(of callback: Callback, among groups: TokenGroups) -> Signers? {
        let affordable = AppDirectory.maxBytesTried / max(callback.encrypted.utf8.count, 1)
        for group in groups.all.prefix(min(AppDirectory.maxTokensTried, affordable)) {
            guard let verified = apps[group[0]].keys.verified(callback) else { continue }
            return Signers(of: verified, among: apps, order: Array(group.prefix(AppDirectory.maxTokensTried)))
        }
        return nil
    }
}
