internal import COpenSSL

/// Compares without telling by its duration where two texts differ. Their lengths are no secret.
package func constantTimeEquals(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    unsafe a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

package func constantTimeEquals(_ a: SecretBytes, _ b: SecretBytes) -> Bool {
    guard a.count == b.count else { return false }
    return unsafe a.withBytes { a in
        unsafe b.withBytes { b in unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0 }
    }
}
