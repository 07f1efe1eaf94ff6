internal import COpenSSL

/// AES-256 in CBC mode without any padding: WeCom pads to 32 bytes, which no ordinary unpadder takes.
package struct AES256CBC: Sendable {
    package static let keyLength = 32
    package static let blockLength = 16

    private let key: SecretBytes
    private let initialVector: SecretBytes

    /// Takes a key of 32 bytes and an initial vector of 16; other lengths are a mistake of the program.
    package init(key: SecretBytes, initialVector: SecretBytes) {
        precondition(key.count == Self.keyLength, "an AES-256 key has 32 bytes")
        precondition(initialVector.count == Self.blockLength, "an initial vector of AES has 16 bytes")
        self.key = key
        self.initialVector = initialVector
    }

    package func encrypt(_ plaintext: [UInt8]) throws(CipherError) -> [UInt8] {
        try run(plaintext, encrypting: true)
    }

    package func decrypt(_ ciphertext: [UInt8]) throws(CipherError) -> [UInt8] {
        try run(ciphertext, encrypting: false)
    }

    private func run(_ input: [UInt8], encrypting: Bool) throws(CipherError) -> [UInt8] {
        guard input.count % Self.blockLength == 0, input.count <= Int(Int32.max) else {
            throw .notWholeBlocks(count: input.count)
        }
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .failed }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        guard unsafe start(context, encrypting: encrypting) else { throw .failed }
        let output = unsafe [UInt8](unsafeUninitializedCapacity: input.count) { output, written in
            var count: Int32 = 0
            let done = unsafe EVP_CipherUpdate(context, output.baseAddress, &count, input, Int32(input.count))
            written = done == 1 ? Int(count) : 0
        }
        guard output.count == input.count else { throw .failed }
        return output
    }

    private func start(_ context: OpaquePointer, encrypting: Bool) -> Bool {
        let begun = unsafe key.withBytes { key in
            unsafe initialVector.withBytes { vector in
                unsafe EVP_CipherInit_ex2(
                    context,
                    Algorithms.aes256CBC,
                    key.bindMemory(to: UInt8.self).baseAddress,
                    vector.bindMemory(to: UInt8.self).baseAddress,
                    encrypting ? 1 : 0,
                    nil
                )
            }
        }
        return unsafe begun == 1 && EVP_CIPHER_CTX_set_padding(context, 0) == 1
    }
}

/// The reason why a text could not be encrypted or decrypted.
package enum CipherError: Error, Sendable, Equatable {
    /// The cipher works on blocks of 16 bytes; the text has `count` bytes.
    case notWholeBlocks(count: Int)
    /// Another key, or bytes that were changed.
    case notAuthentic
    /// libcrypto refused, for want of memory or because of its configuration.
    case failed
}
