import HTTP
import Testing

@Suite struct WebSocketDecoderTests {
    /// Text in three fragments cut within a character, control frames between them, and a close.
    private static let stream: [WebSocketFrame] = [
        WebSocketFrame(.text, [0xE4], isFinal: false),
        WebSocketFrame(.ping, [1, 2, 3]),
        WebSocketFrame(.continuation, [0xBD, 0xA0, 0x20, 0xF0, 0x9F], isFinal: false),
        WebSocketFrame(.pong),
        WebSocketFrame(.continuation, [0x98, 0x80]),
        WebSocketFrame(.binary, [UInt8](repeating: 9, count: 300)),
        WebSocketFrame(WebSocketClose(.normal, reason: "done")),
    ]

    private static let events: [WebSocketEvent] = [
        .ping([1, 2, 3]), .pong([]), .message(.text("你 😀")), .message(.binary([UInt8](repeating: 9, count: 300))),
        .close(WebSocketClose(.normal, reason: "done")),
    ]

    @Test("a stream comes out the same wherever it is cut", arguments: [WebSocketSide.client, .server])
    func everyCut(sender: WebSocketSide) {
        let bytes = Self.stream.flatMap { $0.encoded(sender == .client ? someMask : nil) }
        for pieces in allCuts(of: bytes) {
            #expect(Decoded(pieces, from: sender) == Decoded(events: Self.events))
        }
    }

    @Test("several messages in one piece come out one by one, and what follows stays")
    func several() throws {
        let bytes: [UInt8] = (0..<5).flatMap { WebSocketFrame(.binary, [UInt8($0)]).encoded(nil) } + [0x82]
        var decoder = WebSocketDecoder(from: .server, maxMessage: 10)
        var input = bytes[...]
        for number: UInt8 in 0..<5 {
            let event = try decoder.next(from: &input)
            #expect(event == .message(.binary([number])))
            #expect(input.count == 3 * (4 - Int(number)) + 1)
        }
        let last = try decoder.next(from: &input)
        #expect(last == nil)
        #expect(input.isEmpty)
    }

    @Test("an empty message is one")
    func empty() {
        #expect(Decoded([[0x81, 0, 0x82, 0]]) == Decoded(events: [.message(.text("")), .message(.binary([]))]))
    }

    @Test("a message of a megabyte comes byte by byte, and no more than it is held")
    func byteByByte() throws {
        let payload = [UInt8](repeating: 0x61, count: 1 << 20)
        var decoder = WebSocketDecoder(from: .client, maxMessage: 1 << 20)
        var messages: [WebSocketMessage] = []
        for byte in WebSocketFrame(.text, payload).encoded(someMask) {
            var input = [byte][...]
            if case .message(let message)? = try decoder.next(from: &input) { messages.append(message) }
        }
        #expect(messages == [.text(payload)])
        #expect(decoder.heldBytes == 0)
    }

    @Test("a head that announces too much is refused before a byte of it is held")
    func announced() throws {
        var decoder = WebSocketDecoder(from: .server, maxMessage: 1000)
        var input: ArraySlice<UInt8> = [0x82, 126, 0x03, 0xE9]
        #expect(throws: WebSocketViolation.messageTooLarge(limit: 1000)) { try decoder.next(from: &input) }
        #expect(decoder.heldBytes == 0)
        let huge: [UInt8] = [0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(Decoded([huge], maxMessage: 1000).violation == .messageTooLarge(limit: 1000))
        let exact = WebSocketFrame(.binary, [UInt8](repeating: 0, count: 1000)).encoded(nil)
        #expect(Decoded([exact], maxMessage: 1000).violation == nil)
    }

    @Test("fragments count together against the limit of a message")
    func fragmentsTogether() {
        let piece = [UInt8](repeating: 0, count: 600)
        let frames = [WebSocketFrame(.binary, piece, isFinal: false), WebSocketFrame(.continuation, piece)]
        let bytes = frames.flatMap { $0.encoded(nil) }
        #expect(Decoded([bytes], maxMessage: 1199).violation == .messageTooLarge(limit: 1199))
        #expect(Decoded([bytes], maxMessage: 1200) == Decoded(events: [.message(.binary(piece + piece))]))
    }

    @Test("a message may have so many empty fragments and no more, and each message anew")
    func emptyFragments() {
        let most = WebSocketDecoder.maxEmptyFragments
        func message(_ empty: Int) -> [UInt8] {
            [0x02, 0] + [UInt8](repeating: 0, count: 2 * (empty - 1)) + [0x80, 0]
        }
        let fine = Decoded([message(most) + message(most)])
        #expect(fine == Decoded(events: [.message(.binary([])), .message(.binary([]))]))
        #expect(Decoded([message(most + 1)]).violation == .tooManyEmptyFragments)
    }
}
