import Crypto

/// The cipher of WeCom's callbacks and of the files in them: AES-256-CBC, with the key's own beginning as initial vector
/// and padding to 32 bytes, which no ordinary unpadder takes off.
struct PaddedCipher: Sendable {
    enum Fault: Error, Equatable {
        /// The ciphertext is empty, or not whole blocks.
        case length
        /// The plaintext does not end in padding.
        case padding
    }

    private static let paddedTo = 32

    private let aes: AES256CBC

    init(key: SecretBytes) {
        aes = AES256CBC(key: key, initialVector: key.prefix(AES256CBC.blockLength))
    }

    /// Takes room for the padding from `plaintext`, which is used up.
    func seal(_ plaintext: consuming [UInt8]) -> [UInt8] {
        let padding = Self.paddedTo - plaintext.count % Self.paddedTo
        plaintext.append(contentsOf: repeatElement(UInt8(padding), count: padding))
        do { return try aes.encrypt(plaintext) } catch { fatalError("libcrypto cannot encrypt: \(error)") }
    }

    func open(_ ciphertext: [UInt8]) throws(Fault) -> [UInt8] {
        guard !ciphertext.isEmpty, var plaintext = try? aes.decrypt(ciphertext) else { throw .length }
        let count = Int(plaintext.last ?? 0)
        guard (1...Self.paddedTo).contains(count), count <= plaintext.count,
            plaintext.suffix(count).allSatisfy({ Int($0) == count })
        else { throw .padding }
        plaintext.removeLast(count)
        return plaintext
    }
}
