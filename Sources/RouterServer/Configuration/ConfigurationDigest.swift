import Crypto
import Text

/// Adds up, in any order, what a configuration says, so that processes can tell that theirs say the same without showing it.
///
/// What may differ from one process to the next is left out: its listeners, its share of the work, its log, its way to the store.
struct ConfigurationDigest {
    private var sums: (UInt64, UInt64) = (0, 0)
    private var isEmpty = true

    private static let ownSections = ["management.", "node.", "log.", "secrets_key"]
    private static let ownKeys: Set = [
        "server.host", "server.port", "server.trusted_proxies", "server.wecom_addresses", "server.allowed_sources",
        "store.url", "store.listen_url", "store.pool", "store.pooler", "store.synchronous", "store.min_free",
        "workers.concurrency", "workers.drain_timeout", "workers.directory",
    ]

    mutating func add(_ text: String, of key: String) {
        guard !Self.ownKeys.contains(key), !Self.ownSections.contains(where: key.hasPrefix) else { return }
        var digest = Digest(.sha256)
        digest.update(key)
        digest.update([0])
        digest.update(text)
        let bytes = digest.finish()
        sums.0 &+= number(bytes[0..<8])
        sums.1 &+= number(bytes[8..<16])
        isEmpty = false
    }

    /// Sixteen hex digits; none where nothing was added.
    var text: String {
        if isEmpty { return "" }
        var digest = Digest(.sha256)
        digest.update("\(sums.0) \(sums.1)")
        return String(digest.finish().hexText.prefix(16))
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
