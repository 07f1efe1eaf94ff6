import Crypto
import WeCom

/// Encrypts what is secret and lies in a store that others may read, a backup of it among them.
struct StoreKey: Sendable {
    private let key: SecretsKey
    /// The key before this one, for as long as something is encrypted with it.
    private let old: SecretsKey?

    init(_ key: SecretsKey, old: SecretsKey? = nil) {
        self.key = key
        self.old = old
    }

    /// The key of a configuration; nil where it has none.
    init?(_ configuration: Configuration.Store) {
        guard let key = configuration.secretKey.flatMap(SecretsKey.init) else { return nil }
        self.init(key, old: configuration.oldSecretKey.flatMap(SecretsKey.init))
    }

    /// `text` encrypted; it opens in `place` and nowhere else.
    func seal(_ text: Secret, in place: String) throws(CipherError) -> String {
        try EncryptedSecret(sealing: Array("\(place)\n\(text.reveal())".utf8), with: key).text
    }

    /// Nil when it was encrypted with another key, for another place, or changed since.
    func open(_ sealed: String, in place: String) -> Secret? {
        guard let sealed = EncryptedSecret(sealed) else { return nil }
        for key in [key, old].compactMap(\.self) {
            if let bytes = try? sealed.plaintext(with: key), bytes.starts(with: "\(place)\n".utf8),
                let text = String(validating: bytes.dropFirst(place.utf8.count + 1), as: UTF8.self)
            {
                return Secret(text)
            }
        }
        return nil
    }
}
