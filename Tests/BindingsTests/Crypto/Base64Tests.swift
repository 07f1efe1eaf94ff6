import Crypto
import SeededTesting
import TestSupport
import Testing

@Suite struct Base64Tests {
    @Test(
        "the examples of RFC 4648 hold in both directions",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func known(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test("every byte survives, at every length up to two groups")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for count in 1...6 {
                let bytes = [UInt8](repeating: byte, count: count)
                #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            }
        }
    }

    @Test("bytes at random come back")
    func roundTrip() {
        var random = SeededNumbers()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes, "seed \(random.seed)")
        }
    }

    @Test(
        "anything but the strict form is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "==", "===", "====", "Z===", "=Zg=", "Zg==Zg==", "Zm9v=", "Zm 9",
            "Zm9v\n", "Zm9v\r\n", "Zm9-", "Zm9_", "Zm9\0", "Zm9é", "Zh==", "Zm9=", "!!!!", "Z=9v", "ＺZ==",
        ]
    )
    func refused(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("every byte outside the alphabet is refused in every place")
    func refusedBytes() {
        for byte in UInt8.min...UInt8.max where !Base64.isDigit(byte) {
            for place in 0..<8 where !(byte == UInt8(ascii: "=") && place == 7) {
                var text = Array("Zm9vYmFy".utf8)
                text[place] = byte
                #expect(Base64.decode(text.span) == nil)
            }
        }
    }

    /// The keys of WeCom's own demonstrations, none of them canonical.
    @Test(
        "spare bits of an unpadded key are dropped",
        arguments: [
            (
                "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
                "8d69989bbaabe67328014c194631ad0719b3dca035b64023df292447aab60760"
            ),
            (
                "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt",
                "eaa91d32babaf274ca76ece72583b5037ed6da8120a64314be4b6d453a2a854b"
            ),
            (
                "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
                "69b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3d0010831051"
            ),
        ]
    )
    func unpadded(text: String, expected: String) {
        #expect(Base64.decodeUnpadded(SecretBytes(text.utf8))?.copy() == hex(expected))
    }

    @Test("an unpadded key of a wrong character or an impossible length is refused", arguments: ["A", "AB=", "AB=="])
    func unpaddedRefused(text: String) {
        #expect(Base64.decodeUnpadded(SecretBytes(text.utf8)) == nil)
    }
}
