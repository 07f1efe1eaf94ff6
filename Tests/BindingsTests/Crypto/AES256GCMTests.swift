import Crypto
import TestSupport
import Testing

@Suite struct AES256GCMTests {
    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 15.
    private let cipher = AES256GCM(
        key: SecretBytes(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")))
    private let plaintext = hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255")
    private let sealed = AES256GCM.Sealed(
        ciphertext: hex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"),
        initialVector: hex("cafebabefacedbaddecaf888"), tag: hex("b094dac5d93471bdec1a502270e3cc6c"))

    @Test("both directions give the published answers")
    func known() throws {
        #expect(try cipher.seal(plaintext, initialVector: sealed.initialVector) == sealed)
        #expect(try cipher.open(sealed) == plaintext)
    }

    @Test("nothing that was changed is opened, be it one bit")
    func changed() {
        for part in [\AES256GCM.Sealed.ciphertext, \.initialVector, \.tag] {
            for place in 0..<(sealed[keyPath: part].count * 8) {
                var bent = sealed
                bent[keyPath: part][place / 8] ^= 1 << (place % 8)
                #expect(throws: CipherError.notAuthentic) { try cipher.open(bent) }
            }
            var short = sealed
            short[keyPath: part].removeLast()
            #expect(throws: CipherError.notAuthentic) { try cipher.open(short) }
        }
        #expect(throws: CipherError.notAuthentic) {
            try AES256GCM(key: SecretBytes(randomBytes(32))).open(sealed)
        }
    }

    @Test("any length comes back, under another initial vector each time", arguments: [0, 1, 15, 16, 17, 4096])
    func roundTrip(count: Int) throws {
        let text = randomBytes(count)
        let (one, other) = (try cipher.seal(text), try cipher.seal(text))
        #expect(try cipher.open(one) == text && cipher.open(other) == text)
        #expect(one.initialVector != other.initialVector && one.initialVector.count == 12)
    }
}
