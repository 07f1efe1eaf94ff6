/// The random text with which a client begins a handshake.
package struct WebSocketKey: Sendable, Equatable {
    package let text: String

    /// Nil for what is not sixteen bytes in base64.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[22...].elementsEqual("==".utf8), bytes[..<22].allSatisfy(\.isBase64) else {
            return nil
        }
        self.text = text
    }

    /// The text whose SHA-1, in base64, proves that a server has understood. Whoever shakes hands computes it: no C
    /// library is visible from here.
    package var challenge: String { text + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" }
}

extension UInt8 {
    fileprivate var isBase64: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
