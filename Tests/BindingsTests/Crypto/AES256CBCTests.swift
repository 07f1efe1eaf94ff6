import Crypto
import TestSupport
import Testing

@Suite struct AES256CBCTests {
    /// NIST SP 800-38A, F.2.5 and F.2.6.
    private let cipher = AES256CBC(
        key: SecretBytes(hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")),
        initialVector: SecretBytes(hex("000102030405060708090a0b0c0d0e0f"))
    )
    private let plaintext = hex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
            + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    private let ciphertext = hex(
        "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
            + "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
    )

    @Test("both directions give NIST's answers")
    func known() throws {
        #expect(try cipher.encrypt(plaintext) == ciphertext)
        #expect(try cipher.decrypt(ciphertext) == plaintext)
    }

    @Test("nothing encrypts to nothing: no padding is added")
    func empty() throws {
        #expect(try cipher.encrypt([]) == [])
        #expect(try cipher.decrypt([]) == [])
    }

    @Test("what is not whole blocks is refused in both directions", arguments: [1, 15, 17, 63])
    func blocks(count: Int) {
        let text = [UInt8](repeating: 0, count: count)
        #expect(throws: CipherError.notWholeBlocks(count: count)) { try cipher.encrypt(text) }
        #expect(throws: CipherError.notWholeBlocks(count: count)) { try cipher.decrypt(text) }
    }

    @Test("any length of whole blocks comes back", arguments: [16, 32, 1024, 256 * 1024])
    func roundTrip(count: Int) throws {
        let text = randomBytes(count)
        #expect(try cipher.decrypt(cipher.encrypt(text)) == text)
    }
}
