package import WeCom

/// Every app we serve, found by whatever a callback has to say for itself.
package struct AppDirectory: Sendable {
    package let apps: [App]
    private let byKey: [AppKey: Int]
    private let byName: [String: Int]
    private let byCorp: [CorpID: [Int]]
    /// For callbacks that say nothing: one app for each distinct token, with the others that share it.
    private let byToken: [[Int]]

    /// How many tokens are tried on a callback that gives no usable hint.
    package static let maxTokensTried = 64

    package init(_ apps: [App]) {
        self.apps = apps
        byKey = Dictionary(apps.indices.map { (apps[$0].key, $0) }, uniquingKeysWith: { first, _ in first })
        byName = Dictionary(apps.indices.map { (apps[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        byCorp = Dictionary(grouping: apps.indices) { apps[$0].key.corpID }
        var groups: [TokenGroup: Int] = [:]
        var byToken: [[Int]] = []
        for index in apps.indices {
            let group = apps[index].keys.tokenGroup
            if let known = groups[group] {
                byToken[known].append(index)
            } else {
                groups[group] = byToken.count
                byToken.append([index])
            }
        }
        self.byToken = byToken
    }

    package subscript(_ key: AppKey) -> App? { byKey[key].map { apps[$0] } }
    package subscript(named name: String) -> App? { byName[name].map { apps[$0] } }

    /// The apps whose turns fail, rather than run again, when we went down while they ran.
    package var failingOnCrash: Set<AppKey> { Set(apps.filter { $0.conduct.onCrash == .fail }.map(\.key)) }

    package func serves(_ corp: CorpID) -> Bool { byCorp[corp] != nil }

    /// The apps of a corp whose keys made this signature, `agent`'s first. Tries one token of each kind, and no more than
    /// `maxTokensTried`.
    package func signers(of callback: Callback, in corp: CorpID, preferring agent: AgentID?) -> [App] {
        let indices = byCorp[corp] ?? []
        let preferred = agent.flatMap { byKey[AppKey(corpID: corp, agentID: $0)] }
        if let preferred, apps[preferred].keys.verifies(callback) {
            let others = indices.filter { $0 != preferred && apps[$0].keys.sharesToken(with: apps[preferred].keys) }
            return ([preferred] + others).map { apps[$0] }
        }
        var tried: Set<TokenGroup> = []
        for index in indices where tried.count < AppDirectory.maxTokensTried {
            let keys = apps[index].keys
            guard tried.insert(keys.tokenGroup).inserted, keys.verifies(callback) else { continue }
            return indices.filter { apps[$0].keys.tokenGroup == keys.tokenGroup }.map { apps[$0] }
        }
        return []
    }

    /// The apps of any corp whose keys made this signature: the costly search, for callbacks that name no corp of ours.
    package func signers(of callback: Callback) -> [App] {
        for indices in byToken.prefix(AppDirectory.maxTokensTried) where apps[indices[0]].keys.verifies(callback) {
            return indices.map { apps[$0] }
        }
        return []
    }
}
