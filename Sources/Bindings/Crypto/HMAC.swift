internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104): 32 bytes that only a holder of `key` can make for `message`.
package func hmacSHA256(_ message: [UInt8], key: SecretBytes) -> [UInt8] { hmacSHA256(message.span, key: key) }

/// The same of a message that is itself secret.
package func hmacSHA256(_ message: SecretBytes, key: SecretBytes) -> [UInt8] {
    message.withSpan { hmacSHA256($0, key: key) }
}

private func hmacSHA256(_ message: Span<UInt8>, key: SecretBytes) -> [UInt8] {
    guard let context = unsafe EVP_MAC_CTX_new(Algorithms.hmac) else { fatalError("no memory for an HMAC") }
    defer { unsafe EVP_MAC_CTX_free(context) }
    let begun = unsafe key.withBytes { unsafe copenssl_hmac_sha256_begin(context, $0.baseAddress, $0.count) }
    precondition(begun == 1, "libcrypto cannot begin an HMAC")
    let taken = unsafe message.withUnsafeBufferPointer { unsafe EVP_MAC_update(context, $0.baseAddress, $0.count) }
    precondition(taken == 1, "libcrypto cannot continue an HMAC")
    return unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, written in
        let done = unsafe EVP_MAC_final(context, output.baseAddress, &written, output.count)
        precondition(done == 1, "libcrypto cannot end an HMAC")
    }
}
