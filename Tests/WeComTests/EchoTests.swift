import Testing
import WeCom

@Suite struct EchoTests {
    @Test("a text as WeCom sends it is echoed", arguments: ["1616140317555161061", "", "a<b{c", "\u{FEFF}7"])
    func echoed(text: String) throws {
        #expect(try echo(Array(text.utf8)) == Array(text.utf8))
    }

    @Test(
        "a message is not decrypted for whoever offers it as a verification",
        arguments: ["<xml>", "{\"a\":1}", "\u{FEFF}<xml>", " \r\n\t<xml>", "\u{FEFF} {", " \u{FEFF}{", "\0<xml>"]
    )
    func refused(text: String) {
        #expect(throws: CallbackError.notForEcho) { try echo(Array(text.utf8)) }
        #expect(throws: CallbackError.notForEcho) {
            try callback(Array(text.utf8)).verified(by: keys()).openEcho(with: keys())
        }
    }

    @Test("256 bytes are echoed, 257 are not")
    func length() throws {
        #expect(try echo([UInt8](repeating: 0x37, count: 256)).count == 256)
        #expect(throws: CallbackError.notForEcho) { try echo([UInt8](repeating: 0x37, count: 257)) }
    }

    private func echo(_ plaintext: [UInt8]) throws -> [UInt8] {
        try callback(plaintext).openEcho(with: keys(), receiver: "ww1")
    }

    private func callback(_ plaintext: [UInt8]) throws -> Callback {
        try keys().seal(message: plaintext, receiver: "ww1", timestamp: "1", nonce: "2")
    }

    private func keys() throws -> CallbackKeys {
        try CallbackKeys(
            token: Secret("t"), encodingAESKey: Secret("6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"))
    }
}
