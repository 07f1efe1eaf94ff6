package import WeCom

/// A pair of keys that still opens an app's callbacks, beside the pair in force: WeCom goes on sealing by what was replaced
/// until the new keys are saved in its console, and repeats what it sealed before.
package struct FormerKeys: Sendable {
    /// The part of the pair that was replaced.
    package enum Part: String, Sendable, CaseIterable {
        case token
        case encodingAESKey = "encoding_aes_key"
        case both
    }

    package let keys: CallbackKeys
    package let part: Part

    /// Every pair that may come while the keys change, one after the other or both at once; none where nothing is replaced.
    package static func all(
        token: Secret, encodingAESKey: Secret, oldToken: Secret?, oldEncodingAESKey: Secret?
    ) throws(CallbackKeysError) -> [FormerKeys] {
        var pairs: [FormerKeys] = []
        func add(_ token: Secret?, _ key: Secret?, _ part: Part) throws(CallbackKeysError) {
            guard let token, let key else { return }
            pairs.append(FormerKeys(keys: try CallbackKeys(token: token, encodingAESKey: key), part: part))
        }
        try add(oldToken, encodingAESKey, .token)
        try add(token, oldEncodingAESKey, .encodingAESKey)
        try add(oldToken, oldEncodingAESKey, .both)
        return pairs
    }
}
