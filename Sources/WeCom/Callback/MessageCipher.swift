import Crypto

/// WeCom's envelope within the cipher: 16 random bytes, the message's length, the message, and whom it is for.
struct MessageCipher: Sendable {
    static let randomLength = 16
    private static let headLength = 20
    /// Room for the longest padding.
    private static let spare = 32

    private let cipher: PaddedCipher

    init(_ cipher: PaddedCipher) { self.cipher = cipher }

    func seal(_ message: [UInt8], for receiver: [UInt8], random: [UInt8]) -> [UInt8] {
        precondition(random.count == Self.randomLength, "a message begins with 16 random bytes")
        var plaintext = random
        plaintext.reserveCapacity(Self.headLength + message.count + receiver.count + Self.spare)
        let length = UInt32(message.count)
        for shift: UInt32 in [24, 16, 8, 0] { plaintext.append(UInt8(truncatingIfNeeded: length >> shift)) }
        plaintext.append(contentsOf: message)
        plaintext.append(contentsOf: receiver)
        return cipher.seal(plaintext)
    }

    /// Opens `ciphertext`, whoever it is for: the caller judges that.
    func open(_ ciphertext: [UInt8]) throws(CallbackError) -> OpenedCiphertext {
        let content = try opened(ciphertext)
        guard content.count >= Self.headLength else { throw .wrongPlaintext }
        let length = content[16..<20].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard Int(length) <= content.count - Self.headLength else { throw .wrongPlaintext }
        let end = Self.headLength + Int(length)
        return OpenedCiphertext(message: Array(content[Self.headLength..<end]), receiver: Array(content[end...]))
    }

    private func opened(_ ciphertext: [UInt8]) throws(CallbackError) -> [UInt8] {
        do throws(PaddedCipher.Fault) {
            return try cipher.open(ciphertext)
        } catch {
            switch error {
            case .length: throw .wrongLength
            case .padding: throw .wrongPadding
            }
        }
    }
}
