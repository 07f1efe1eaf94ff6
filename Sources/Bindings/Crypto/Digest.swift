internal import COpenSSL

/// A running hash, for text that lies in several pieces.
@safe package struct Digest: ~Copyable {
    package enum Algorithm: Sendable { case md5, sha1, sha256 }

    private let context: OpaquePointer

    package init(_ algorithm: Algorithm) {
        guard let context = unsafe EVP_MD_CTX_new() else { fatalError("no memory for a digest") }
        unsafe self.context = unsafe context
        let begun =
            switch algorithm {
            case .md5: unsafe EVP_DigestInit_ex2(context, Algorithms.md5, nil)
            case .sha1: unsafe EVP_DigestInit_ex2(context, Algorithms.sha1, nil)
            case .sha256: unsafe EVP_DigestInit_ex2(context, Algorithms.sha256, nil)
            }
        precondition(begun == 1, "libcrypto cannot begin a digest")
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Span<UInt8>) {
        let taken = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(taken == 1, "libcrypto cannot continue a digest")
    }

    package mutating func update(_ bytes: [UInt8]) { update(bytes.span) }
    package mutating func update(_ text: String) { update(text.utf8Span.span) }
    package mutating func update(_ secret: SecretBytes) { secret.withSpan { update($0) } }

    /// The hash of all that was given: 16 bytes of MD5, 20 of SHA-1, 32 of SHA-256.
    package consuming func finish() -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, written in
            var count: UInt32 = 0
            let done = unsafe EVP_DigestFinal_ex(context, output.baseAddress, &count)
            precondition(done == 1, "libcrypto cannot end a digest")
            written = Int(count)
        }
    }
}

/// MD5, for the sums by which WeCom checks files only: it tells damage, and nothing that somebody meant.
package func md5(_ bytes: [UInt8]) -> [UInt8] {
    var digest = Digest(.md5)
    digest.update(bytes)
    return digest.finish()
}

/// SHA-1, for WeCom's signature only: it is too weak for anything of our own choosing.
package func sha1(_ bytes: [UInt8]) -> [UInt8] {
    var digest = Digest(.sha1)
    digest.update(bytes)
    return digest.finish()
}

package func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = Digest(.sha256)
    digest.update(bytes)
    return digest.finish()
}
