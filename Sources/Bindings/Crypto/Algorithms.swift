internal import COpenSSL

/// The algorithms of libcrypto, fetched once: `EVP_sha1()` and its like search the providers again at every use.
@safe enum Algorithms {
    nonisolated(unsafe) static let aes256CBC = unsafe fetched(EVP_CIPHER_fetch(nil, "AES-256-CBC", nil), "AES-256-CBC")
    nonisolated(unsafe) static let aes256GCM = unsafe fetched(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), "AES-256-GCM")
    nonisolated(unsafe) static let md5 = unsafe fetched(EVP_MD_fetch(nil, "MD5", nil), "MD5")
    nonisolated(unsafe) static let sha1 = unsafe fetched(EVP_MD_fetch(nil, "SHA1", nil), "SHA1")
    nonisolated(unsafe) static let sha256 = unsafe fetched(EVP_MD_fetch(nil, "SHA256", nil), "SHA256")
    nonisolated(unsafe) static let hmac = unsafe fetched(EVP_MAC_fetch(nil, "HMAC", nil), "HMAC")

    private static func fetched(_ algorithm: OpaquePointer?, _ name: String) -> OpaquePointer {
        guard let algorithm = unsafe algorithm else {
            fatalError("libcrypto offers no \(name): its configuration (openssl.cnf) must load the default provider")
        }
        return unsafe algorithm
    }
}
