import Crypto

/// WeCom's envelope within the cipher: 16 random bytes, the message's length, the message, whom it is for, and padding
/// to 32 bytes, all under AES-256-CBC with the key's own beginning as initial vector.
struct MessageCipher: Sendable {
    static let randomLength = 16
    private static let headLength = 20
    private static let paddedTo = 32

    private let aes: AES256CBC

    init(key: SecretBytes) {
        aes = AES256CBC(key: key, initialVector: key.prefix(AES256CBC.blockLength))
    }

    func seal(_ message: [UInt8], for receiver: String, random: [UInt8]) -> [UInt8] {
        precondition(random.count == Self.randomLength, "a message begins with 16 random bytes")
        var plaintext = random
        plaintext.reserveCapacity(Self.headLength + message.count + receiver.utf8.count + Self.paddedTo)
        let length = UInt32(message.count)
        for shift: UInt32 in [24, 16, 8, 0] { plaintext.append(UInt8(truncatingIfNeeded: length >> shift)) }
        plaintext.append(contentsOf: message)
        plaintext.append(contentsOf: receiver.utf8)
        let padding = Self.paddedTo - plaintext.count % Self.paddedTo
        plaintext.append(contentsOf: repeatElement(UInt8(padding), count: padding))
        do { return try aes.encrypt(plaintext) } catch { fatalError("libcrypto cannot encrypt: \(error)") }
    }

    /// Opens `ciphertext`, whoever it is for: the caller judges that.
    func open(_ ciphertext: [UInt8]) throws(CallbackError) -> OpenedCiphertext {
        guard !ciphertext.isEmpty, let plaintext = try? aes.decrypt(ciphertext) else { throw .wrongLength }
        let content = try unpadded(plaintext)
        guard content.count >= Self.headLength else { throw .wrongPlaintext }
        let length = plaintext[16..<20].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard Int(length) <= content.count - Self.headLength else { throw .wrongPlaintext }
        let end = Self.headLength + Int(length)
        return OpenedCiphertext(message: Array(content[Self.headLength..<end]), receiver: Array(content[end...]))
    }

    private func unpadded(_ plaintext: [UInt8]) throws(CallbackError) -> ArraySlice<UInt8> {
        let count = Int(plaintext.last ?? 0)
        guard (1...Self.paddedTo).contains(count), count <= plaintext.count else { throw .wrongPlaintext }
        guard plaintext.suffix(count).allSatisfy({ Int($0) == count }) else { throw .wrongPlaintext }
        return plaintext.dropLast(count)
    }
}
