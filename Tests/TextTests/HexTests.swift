import SeededTesting
import Testing
import Text

@Suite struct HexTests {
    @Test("every byte is two small digits, and is read back in either case")
    func bytes() {
        for byte in UInt8.min...UInt8.max {
            #expect([byte].hexText == (byte < 16 ? "0" : "") + String(byte, radix: 16))
            #expect([byte].hex.leadingHexByte == byte)
            #expect([byte].hexText.uppercased().utf8.leadingHexByte == byte)
        }
    }

    @Test("what is no two digits is no byte", arguments: ["", "a", "g0", "0g", " 1", "+1", "-1", "1 ", "é"])
    func noByte(text: String) { #expect(text.utf8.leadingHexByte == nil) }

    @Test("a digit is what the standard library takes for one")
    func digits() {
        for byte in UInt8.min..<0x80 {
            #expect(byte.hexDigitValue.map(Int.init) == Character(UnicodeScalar(byte)).hexDigitValue)
        }
    }

    @Test(
        "percent-encoding is undone once, and what is none stays",
        arguments: [("%41%2f", "A/"), ("%2541", "%41"), ("a%", "a%"), ("%4", "%4"), ("%+1", "%+1"), ("%E6%B1%89", "汉")])
    func decoded(text: String, words: String) {
        #expect(percentDecoded(text.utf8) == words)
        #expect(percentDecodedBytes(text.utf8) == Array(words.utf8))
    }

    @Test("all but what may stand anywhere in an address is encoded, and decoded again")
    func encoded() {
        #expect(percentEncoded("aZ09-._~") == "aZ09-._~")
        #expect(percentEncoded("a b/汉+%") == "a%20b%2F%E6%B1%89%2B%25")
        var numbers = SeededNumbers()
        for _ in 0..<500 {
            let text = String(
                decoding: (0..<20).map { _ in UInt8.random(in: 0...255, using: &numbers) }, as: UTF8.self)
            #expect(percentDecoded(percentEncoded(text).utf8) == text, "seed \(numbers.seed)")
        }
    }
}
