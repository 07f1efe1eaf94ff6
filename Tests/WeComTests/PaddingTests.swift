import Crypto
import Testing
import Text
import WeCom

/// The padding of callbacks and files, made and looked at here by the bare cipher: PKCS#7 to 32 bytes, 1 to 32 of them.
@Suite("Padding to 32 bytes") struct PaddingTests {
    private static let encodedKey = "QeFWF4HKdOzM1Z/mLv1lsgJu/HEZ1xKyfNhIQ0kCO3s"

    private let keys: CallbackKeys
    private let aes: AES256CBC

    init() throws {
        keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(Self.encodedKey))
        let key = try #require(Base64.decode(Self.encodedKey + "="))
        aes = AES256CBC(key: SecretBytes(key), initialVector: SecretBytes(key.prefix(16)))
    }

    /// The bytes before the padding of a callback: random bytes, the length, the message, and for whom it is.
    private func content(_ message: [UInt8], for receiver: String) -> [UInt8] {
        let length = UInt32(message.count)
        let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) }
        return [UInt8](repeating: 0x61, count: 16) + head + message + Array(receiver.utf8)
    }

    /// A message whose callback takes padding of that value.
    private func message(takingPadding value: Int, for receiver: String) -> [UInt8] {
        let count = (96 - value - 20 - receiver.utf8.count % 32) % 32
        return (0..<count + 32).map { UInt8($0) }
    }

    private func callback(_ ciphertext: [UInt8]) -> Callback {
        let encrypted = Base64.encode(ciphertext)
        let signed = ["t", "1", "2", encrypted].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let signature = sha1(Array(signed.joined().utf8)).hexText
        return Callback(signature: signature, timestamp: "1", nonce: "2", encrypted: encrypted)
    }

    private func padding(_ value: Int, times count: Int? = nil) -> [UInt8] {
        [UInt8](repeating: UInt8(value), count: count ?? value)
    }

    @Test("a callback with each value of it opens, whoever made it", arguments: 1...32, ["", "aib1"])
    func opens(value: Int, receiver: String) throws {
        let message = message(takingPadding: value, for: receiver)
        let plaintext = content(message, for: receiver) + padding(value)
        try #require(plaintext.count % 32 == 0)
        let opened = try callback(aes.encrypt(plaintext)).verified(by: keys).open(with: keys)
        #expect(opened.message == message && opened.receiver == Array(receiver.utf8))
    }

    @Test("what we seal has it, with each value", arguments: 1...32, ["", "aib1"])
    func seals(value: Int, receiver: String) throws {
        let message = message(takingPadding: value, for: receiver)
        let sealed = keys.seal(
            message: message, receiver: receiver, timestamp: "1", nonce: "2",
            random: [UInt8](repeating: 0x61, count: 16))
        let plaintext = try aes.decrypt(try #require(Base64.decode(sealed.encrypted)))
        #expect(plaintext == content(message, for: receiver) + padding(value))
    }

    @Test("a file has it with each value, in either direction", arguments: 1...32)
    func files(value: Int) throws {
        let file = (0..<64 - value).map { UInt8($0) }
        #expect(try keys.mediaKey.open(aes.encrypt(file + padding(value))) == file)
        #expect(try aes.decrypt(keys.mediaKey.seal(file)) == file + padding(value))
    }

    /// Endings of 32 bytes that are no padding.
    private static let wrong: [[UInt8]] = {
        let full = [UInt8](repeating: 0x41, count: 32)
        let beyond = [0, 33, 34, 64, 128, 255].map { [UInt8](repeating: UInt8($0), count: 32) }
        let broken = (2...32).flatMap { value in
            // Each of its bytes but the last, which says how many there are.
            (1..<value).map { place in
                var ending = full.dropLast(value) + [UInt8](repeating: UInt8(value), count: value)
                ending[31 - place] ^= 1
                return Array(ending)
            }
        }
        return beyond + broken
    }()

    @Test("any other ending is refused, of a callback and of a file")
    func wrong() throws {
        #expect(Self.wrong.count == 6 + 496)
        for ending in Self.wrong {
            let sealed = try aes.encrypt(content([UInt8](repeating: 0x42, count: 12), for: "") + ending)
            #expect(throws: CallbackError.wrongPadding, "\(ending)") {
                try callback(sealed).verified(by: keys).open(with: keys)
            }
            #expect(throws: MediaKeyError.doesNotFit, "\(ending)") { try keys.mediaKey.open(sealed) }
        }
    }

    @Test("padding that is longer than what there is is refused", arguments: 17...32)
    func tooLong(value: Int) throws {
        let sealed = try aes.encrypt(padding(value, times: 16))
        #expect(throws: CallbackError.wrongPadding) { try callback(sealed).verified(by: keys).open(with: keys) }
        #expect(throws: MediaKeyError.doesNotFit) { try keys.mediaKey.open(sealed) }
    }
}
