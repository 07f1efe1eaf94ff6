import Crypto

/// SHA-1 over token, timestamp, nonce and ciphertext in the order of their bytes: how WeCom signs (there are no
/// separators; what lies in which of the texts is not covered).
struct Signature: Sendable {
    /// The three texts other than the token, sorted once for however many tokens are tried.
    private let parts: [String]

    init(timestamp: String, nonce: String, encrypted: String) {
        parts = [timestamp, nonce, encrypted].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The 20 bytes that the holder of `token` would sign with.
    func bytes(under token: Secret) -> [UInt8] {
        // Counted rather than searched for: the time it takes does not tell the place.
        let place = parts.count { !token.precedes($0) }
        var digest = Digest(.sha1)
        for part in parts[..<place] { digest.update(part) }
        digest.update(token.bytes)
        for part in parts[place...] { digest.update(part) }
        return digest.finish()
    }
}

extension Secret {
    /// Byte order. Every byte is looked at, so that the time it takes does not tell how far the texts agree.
    fileprivate func precedes(_ text: String) -> Bool {
        bytes.withSpan { own in
            let other = text.utf8Span.span
            var order = 0
            for index in 0..<min(own.count, other.count) {
                let difference = Int(own[index]) - Int(other[index])
                order = order == 0 ? difference : order
            }
            return order < 0 || (order == 0 && own.count < other.count)
        }
    }
}
