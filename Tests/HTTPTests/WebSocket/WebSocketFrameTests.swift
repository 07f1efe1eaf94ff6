import HTTP
import Testing

@Suite struct WebSocketFrameTests {
    private static let hello = Array("Hello".utf8)

    @Test("frames are written as RFC 6455 has its examples")
    func examples() {
        let text = WebSocketFrame(.text, Self.hello)
        #expect(text.encoded(nil) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        #expect(text.encoded(someMask) == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        #expect(WebSocketFrame(.text, [0x48, 0x65, 0x6C], isFinal: false).encoded(nil) == [0x01, 3, 0x48, 0x65, 0x6C])
        #expect(WebSocketFrame(.continuation, [0x6C, 0x6F]).encoded(nil) == [0x80, 0x02, 0x6C, 0x6F])
        #expect(WebSocketFrame(.ping, Self.hello).encoded(nil) == [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
    }

    @Test(
        "a length takes as few bytes as it can",
        arguments: [
            (0, [0x82, 0]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (256, [0x82, 126, 1, 0]),
            (65_535, [0x82, 126, 0xFF, 0xFF]), (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] as [(Int, [UInt8])]
    )
    func lengths(count: Int, head: [UInt8]) {
        let payload = [UInt8](repeating: 7, count: count)
        #expect(WebSocketFrame(.binary, payload).encoded(nil) == head + payload)
    }

    @Test("what one end writes the other reads, of every length around the borders, masked or not")
    func roundTrip() {
        for count in [0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 65_535, 65_536, 70_001] {
            let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let frame = WebSocketFrame(.binary, payload)
            let expected = Decoded(events: [.message(.binary(payload))])
            #expect(Decoded([frame.encoded(nil)], from: .server) == expected)
            #expect(Decoded([frame.encoded(someMask)], from: .client) == expected)
        }
    }

    @Test("a close has its code and reason, cut where it has no room")
    func close() throws {
        let long = WebSocketClose(.goingAway, reason: String(repeating: "é", count: 100))
        #expect(long.payload.count <= 125)
        #expect(try WebSocketClose(payload: long.payload) == long)
        #expect(WebSocketFrame(WebSocketClose(.normal, reason: "bye")).payload == [0x03, 0xE8] + Array("bye".utf8))
        #expect(WebSocketFrame(WebSocketClose(.none)).payload == [])
        #expect(try WebSocketClose(payload: []) == WebSocketClose(.none))
    }
}
