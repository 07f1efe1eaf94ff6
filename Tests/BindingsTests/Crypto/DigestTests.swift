import Crypto
import TestSupport
import Testing

@Suite struct DigestTests {
    @Test(
        "SHA-1 gives NIST's answers",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
        ]
    )
    func knownSHA1(text: String, expected: String) {
        #expect(sha1(Array(text.utf8)) == hex(expected))
    }

    @Test(
        "SHA-256 gives NIST's answers",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func knownSHA256(text: String, expected: String) {
        #expect(sha256(Array(text.utf8)) == hex(expected))
    }

    @Test(
        "MD5 gives the answers of RFC 1321",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ]
    )
    func knownMD5(text: String, expected: String) {
        #expect(md5(Array(text.utf8)) == hex(expected))
    }

    @Test("a million letters are hashed right")
    func long() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(sha1(letters) == hex("34aa973cd4c4daa4f61eeb2bdbad27316534016f"))
        #expect(sha256(letters) == hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"))
    }

    @Test("pieces of every kind hash like the whole")
    func pieces() {
        var digest = Digest(.sha1)
        digest.update("a")
        digest.update(Array("b".utf8))
        digest.update(SecretBytes("c".utf8))
        digest.update("")
        #expect(digest.finish() == sha1(Array("abc".utf8)))
    }
}
