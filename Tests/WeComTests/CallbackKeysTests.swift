import Testing
import WeCom

@Suite struct CallbackKeysTests {
    @Test("a key of another length is refused with the length", arguments: [0, 1, 42, 44, 1000])
    func length(count: Int) {
        #expect(throws: CallbackKeysError.wrongKeyLength(count)) {
            try keys("t", String(repeating: "a", count: count))
        }
    }

    @Test("a key with a character of its own is refused with the place", arguments: ["-", "=", " ", "_"])
    func character(wrong: String) {
        let key = String(repeating: "a", count: 6) + wrong + String(repeating: "a", count: 36)
        #expect(throws: CallbackKeysError.wrongKeyCharacter(position: 7)) { try keys("t", key) }
    }

    @Test("an empty token is refused: anybody could sign with it")
    func emptyToken() {
        #expect(throws: CallbackKeysError.emptyToken) { try keys("", goodKey) }
    }

    @Test("keys are not seen however they are printed, nor in their errors")
    func printing() throws {
        let keys = try keys("sesame-token", goodKey)
        var dumped = ""
        dump([keys], to: &dumped)
        dump(keys.tokenGroup, to: &dumped)
        for text in ["\(keys)", String(reflecting: [keys]), dumped, "\(keys.tokenGroup)"] {
            #expect(!text.contains("sesame") && !text.contains(goodKey) && !text.contains("mark"))
        }
        let error = #expect(throws: CallbackKeysError.self) { try self.keys("t", "!" + goodKey.dropFirst()) }
        #expect(error.map { "\($0)".contains(goodKey.dropFirst()) } == false)
    }

    @Test("apps with one token are one group, whatever their AES keys")
    func groups() throws {
        let (a, b) = (try keys("one", goodKey), try keys("one", String(goodKey.reversed())))
        let c = try keys("two", goodKey)
        #expect(a.tokenGroup == b.tokenGroup)
        #expect(a.tokenGroup != c.tokenGroup)
        #expect(Set([a, b, c].map(\.tokenGroup)).count == 2)
    }

    @Test("spare bits of the key make no difference")
    func spareBits() throws {
        let callback = try keys("t", goodKey.dropLast() + "A").seal(
            message: [1, 2, 3],
            receiver: "r",
            timestamp: "1",
            nonce: "2"
        )
        for last in "BCD" {
            #expect(try callback.open(with: keys("t", goodKey.dropLast() + "\(last)"), receiver: "r") == [1, 2, 3])
        }
        #expect(throws: CallbackError.self) {
            try callback.open(with: keys("t", goodKey.dropLast() + "E"), receiver: "r")
        }
    }

    private let goodKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

    private func keys(_ token: String, _ key: some StringProtocol) throws -> CallbackKeys {
        try CallbackKeys(token: Secret(token), encodingAESKey: Secret(String(key)))
    }
}
