import System
import Testing
import WeCom

@testable import RouterServer

@Suite struct StoreKeyTests {
    private let key = SecretsKey(Secret(SecretsKey.madeUp()))!
    private let other = SecretsKey(Secret(SecretsKey.madeUp()))!

    @Test("what is sealed shows nothing of the text, and opens with the key in its place")
    func opens() throws {
        let sealed = try StoreKey(key).seal(Secret("a token of ours"), in: "token of ww1/7")
        #expect(!sealed.contains("token of ours"))
        #expect(StoreKey(key).open(sealed, in: "token of ww1/7") == Secret("a token of ours"))
        #expect(try StoreKey(key).seal(Secret("a token of ours"), in: "token of ww1/7") != sealed)
    }

    @Test("it opens in no other place, with no other key, and not after a change")
    func refuses() throws {
        let sealed = try StoreKey(key).seal(Secret("text"), in: "token of ww1/7")
        #expect(StoreKey(key).open(sealed, in: "token of ww1/8") == nil)
        #expect(StoreKey(other).open(sealed, in: "token of ww1/7") == nil)
        #expect(StoreKey(key).open(String(sealed.dropLast(3)) + "x=]", in: "token of ww1/7") == nil)
        #expect(StoreKey(key).open("", in: "token of ww1/7") == nil)
    }

    @Test("while the key is changed the old one opens still, and nothing is sealed with it")
    func rotates() throws {
        let before = try StoreKey(key).seal(Secret("text"), in: "x")
        let rotating = StoreKey(other, old: key)
        #expect(rotating.open(before, in: "x") == Secret("text"))
        let after = try rotating.seal(Secret("text"), in: "x")
        #expect(StoreKey(key).open(after, in: "x") == nil && StoreKey(other).open(after, in: "x") != nil)
    }
}
