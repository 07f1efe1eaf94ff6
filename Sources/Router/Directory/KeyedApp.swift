package import WeCom

/// An app with one of the pairs of keys that open its callbacks.
package struct KeyedApp: Sendable {
    package let app: App
    package let key: AppKey
    package let keys: CallbackKeys
    /// The part of the pair that was replaced; nil of the pair in force.
    package let former: FormerKeys.Part?
}

extension App {
    /// The app with each pair of its keys, that in force first. A bot has a path of its own: it is not searched for.
    var keyed: [KeyedApp] {
        guard let key, let keys else { return [] }
        return [KeyedApp(app: self, key: key, keys: keys, former: nil)]
            + formerKeys.map { KeyedApp(app: self, key: key, keys: $0.keys, former: $0.part) }
    }

    /// True if one of its pairs of keys opens what is inside.
    package func opens(_ callback: VerifiedCallback) -> Bool {
        keyed.contains { (try? callback.open(with: $0.keys, receiver: $0.key.corpID.text)) != nil }
    }
}

extension [KeyedApp] {
    /// The places of those whose token signed the callback, and the proof that it did; nil when none of theirs did. Each token
    /// is tried once, however many pairs it is in.
    func signing(_ callback: Callback) -> (callback: VerifiedCallback, places: [Int])? {
        var tried: Set<TokenGroup> = []
        for one in self where tried.insert(one.keys.tokenGroup).inserted {
            guard let verified = one.keys.verified(callback) else { continue }
            return (verified, indices.filter { self[$0].keys.tokenGroup == one.keys.tokenGroup })
        }
        return nil
    }
}
