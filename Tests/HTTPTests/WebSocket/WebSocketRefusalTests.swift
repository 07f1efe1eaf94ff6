import HTTP
import Testing

@Suite struct WebSocketRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let violation: WebSocketViolation
        let code: UInt16
        let sender: WebSocketSide
        var testDescription: String { "\(violation)" }

        init(
            _ bytes: [UInt8], _ violation: WebSocketViolation, _ code: UInt16 = 1002,
            from sender: WebSocketSide = .server
        ) {
            self.bytes = bytes
            self.violation = violation
            self.code = code
            self.sender = sender
        }
    }

    static let cases: [Case] = [
        Case([0xC1], .reservedBits), Case([0xA1], .reservedBits), Case([0x91], .reservedBits),
        Case([0x83], .reservedOpcode(3)), Case([0x87], .reservedOpcode(7)), Case([0x8B], .reservedOpcode(11)),
        Case([0x8F], .reservedOpcode(15)),
        Case([0x81, 0x80], .masked), Case([0x89, 0x80], .masked),
        Case([0x81, 0x00], .unmasked, from: .client), Case([0x88, 0x00], .unmasked, from: .client),
        Case([0x82, 126, 0, 125], .lengthNotMinimal), Case([0x82, 126, 0, 0], .lengthNotMinimal),
        Case([0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .lengthNotMinimal),
        Case([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], .lengthOutOfRange),
        Case([0x89, 126], .controlTooLong(126)), Case([0x88, 127], .controlTooLong(127)),
        Case([0x09], .controlFragmented), Case([0x08], .controlFragmented),
        Case([0x80, 0], .nothingToContinue), Case([0x00, 1], .nothingToContinue),
        Case([0x82, 0, 0x80, 0], .nothingToContinue),
        Case([0x01, 0, 0x81, 0], .messageWithinMessage), Case([0x02, 1, 7, 0x01, 1], .messageWithinMessage),
        Case([0x82, 127, 0, 0, 0, 0, 0, 0x40, 0, 1], .messageTooLarge(limit: 4 << 20), 1009),
        Case([0x81, 1, 0xFF], .textNotUTF8, 1007), Case([0x81, 2, 0xC0], .textNotUTF8, 1007),
        Case([0x81, 3, 0xED, 0xA0], .textNotUTF8, 1007), Case([0x81, 2, 0xE4, 0xBD], .textNotUTF8, 1007),
        Case([0x01, 1, 0xE4, 0x80, 1, 0x41], .textNotUTF8, 1007),
        // The fault is known before the message has ended, and before its frame has.
        Case([0x01, 1, 0xFF], .textNotUTF8, 1007), Case([0x81, 100, 0x41, 0x80], .textNotUTF8, 1007),
        Case([0x88, 1, 3], .closeCodeCut),
        Case([0x88, 2, 0x03, 0xE7], .closeCode(WebSocketCloseCode(999))),
        Case([0x88, 2, 0x03, 0xEC], .closeCode(WebSocketCloseCode(1004))),
        Case([0x88, 2, 0x03, 0xED], .closeCode(.none)),
        Case([0x88, 2, 0x03, 0xEE], .closeCode(WebSocketCloseCode(1006))),
        Case([0x88, 2, 0x03, 0xF7], .closeCode(WebSocketCloseCode(1015))),
        Case([0x88, 2, 0x0B, 0xB7], .closeCode(WebSocketCloseCode(2999))),
        Case([0x88, 2, 0x13, 0x88], .closeCode(WebSocketCloseCode(5000))),
        Case([0x88, 3, 0x03, 0xE8, 0xFF], .closeReasonNotUTF8, 1007),
    ]

    @Test("a breach is refused by its name, at the byte that makes it one, wherever it is cut", arguments: cases)
    func refused(breach: Case) {
        for pieces in allCuts(of: breach.bytes) {
            #expect(Decoded(pieces, from: breach.sender).violation == breach.violation)
        }
        #expect(Decoded([Array(breach.bytes.dropLast())], from: breach.sender).violation == nil)
        #expect(breach.violation.closeCode.number == breach.code)
        #expect(breach.violation.closeCode.mayBeSent)
    }

    @Test(
        "a close may have these codes",
        arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999]
            as [UInt16])
    func codes(code: UInt16) {
        let close = WebSocketClose(WebSocketCloseCode(code), reason: "x")
        #expect(Decoded([WebSocketFrame(close).encoded(nil)]) == Decoded(events: [.close(close)]))
    }
}
