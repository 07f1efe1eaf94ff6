internal import COpenSSL

/// AES-256 in Galois/Counter Mode: hides a text, and shows when a byte of what hides it was changed.
package struct AES256GCM: Sendable {
    package static let keyLength = 32
    package static let tagLength = 16
    /// The length of the initial vectors that we make. Others are taken from 8 bytes to 64.
    package static let usualVectorLength = 12
    package static let vectorLengths = 8...64

    /// An encrypted text with all that decrypting it takes besides the key.
    package struct Sealed: Sendable, Equatable {
        package var ciphertext: [UInt8]
        package var initialVector: [UInt8]
        package var tag: [UInt8]

        package init(ciphertext: [UInt8], initialVector: [UInt8], tag: [UInt8]) {
            self.ciphertext = ciphertext
            self.initialVector = initialVector
            self.tag = tag
        }
    }

    private let key: SecretBytes

    /// Takes a key of 32 bytes; another length is a mistake of the program.
    package init(key: SecretBytes) {
        precondition(key.count == Self.keyLength, "an AES-256 key has 32 bytes")
        self.key = key
    }

    /// Encrypts with an initial vector that nobody can guess. One that is given must never have been used with this key.
    package func seal(
        _ plaintext: [UInt8], initialVector: [UInt8] = randomBytes(usualVectorLength)
    ) throws(CipherError) -> Sealed {
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        let ciphertext = try run(plaintext, initialVector, encrypting: true, &tag)
        return Sealed(ciphertext: ciphertext, initialVector: initialVector, tag: tag)
    }

    /// Throws `notAuthentic` if the key is another, or anything was changed.
    package func open(_ sealed: Sealed) throws(CipherError) -> [UInt8] {
        guard sealed.tag.count == Self.tagLength else { throw .notAuthentic }
        var tag = sealed.tag
        return try run(sealed.ciphertext, sealed.initialVector, encrypting: false, &tag)
    }

    private func run(
        _ input: [UInt8], _ initialVector: [UInt8], encrypting: Bool, _ tag: inout [UInt8]
    ) throws(CipherError) -> [UInt8] {
        guard Self.vectorLengths.contains(initialVector.count) else { throw .notAuthentic }
        guard input.count <= Int(Int32.max), let context = unsafe EVP_CIPHER_CTX_new() else { throw .failed }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        guard unsafe start(context, initialVector, encrypting: encrypting) else { throw .failed }
        let output = unsafe [UInt8](unsafeUninitializedCapacity: input.count) { output, written in
            var count: Int32 = 0
            let done = unsafe EVP_CipherUpdate(context, output.baseAddress, &count, input, Int32(input.count))
            written = done == 1 ? Int(count) : 0
        }
        guard output.count == input.count else { throw .failed }
        let (setTag, getTag) = (EVP_CTRL_AEAD_SET_TAG, EVP_CTRL_AEAD_GET_TAG)
        let length = Int32(tag.count)
        if !encrypting {
            guard unsafe EVP_CIPHER_CTX_ctrl(context, setTag, length, &tag) == 1 else { throw .failed }
        }
        // Nothing is left to write: the mode has no blocks to fill. Here the tag is checked.
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        guard unsafe EVP_CipherFinal_ex(context, &rest, &count) == 1 else { throw encrypting ? .failed : .notAuthentic }
        if encrypting {
            guard unsafe EVP_CIPHER_CTX_ctrl(context, getTag, length, &tag) == 1 else { throw .failed }
        }
        return output
    }

    private func start(_ context: OpaquePointer, _ vector: [UInt8], encrypting: Bool) -> Bool {
        let direction: Int32 = encrypting ? 1 : 0
        guard unsafe EVP_CipherInit_ex2(context, Algorithms.aes256GCM, nil, nil, direction, nil) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, Int32(vector.count), nil) == 1
        else { return false }
        return unsafe key.withBytes { key in
            unsafe EVP_CipherInit_ex2(
                context, nil, key.bindMemory(to: UInt8.self).baseAddress, vector, direction, nil) == 1
        }
    }
}
