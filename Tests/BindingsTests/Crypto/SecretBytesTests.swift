import Crypto
import Testing

@Suite struct SecretBytesTests {
    @Test("a secret is not seen however it is printed")
    func printing() {
        let secret = SecretBytes("hunter2".utf8)
        var dumped = ""
        dump([secret], to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: [secret]), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("104"))
        }
    }

    @Test("bytes are equal when all are, and unequal when one differs or is missing")
    func equality() {
        let bytes = randomBytes(40)
        var other = bytes
        #expect(constantTimeEquals(bytes, other))
        #expect(constantTimeEquals(SecretBytes(bytes), SecretBytes(other)))
        other[39] ^= 1
        #expect(!constantTimeEquals(bytes, other))
        #expect(!constantTimeEquals(SecretBytes(bytes), SecretBytes(other)))
        #expect(!constantTimeEquals(bytes, Array(bytes.dropLast())))
        #expect(constantTimeEquals([UInt8](), []))
        #expect(constantTimeEquals(SecretBytes([]), SecretBytes([])))
    }

    @Test("a prefix holds the first bytes, or all there are")
    func prefix() {
        let secret = SecretBytes([1, 2, 3])
        #expect(secret.prefix(2).copy() == [1, 2])
        #expect(secret.prefix(9).copy() == [1, 2, 3])
        #expect(secret.withSpan { $0.count } == 3)
    }

    @Test("random bytes are as many as asked for and never the same twice")
    func random() {
        #expect(randomBytes(0) == [])
        #expect(randomBytes(33).count == 33)
        #expect(Set((0..<100).map { _ in randomBytes(16) }).count == 100)
    }
}
