/// A frame to be sent: a message or a part of one, or a control frame.
package struct WebSocketFrame: Sendable, Equatable {
    package enum Opcode: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        /// Control frames may come between the fragments of a message and are never fragmented themselves.
        package var isControl: Bool { rawValue >= 8 }
    }

    /// The bytes that a control frame may carry.
    package static let longestControl = 125

    package let opcode: Opcode
    package let payload: [UInt8]
    package let isFinal: Bool

    package init(_ opcode: Opcode, _ payload: [UInt8] = [], isFinal: Bool = true) {
        precondition(
            !opcode.isControl || isFinal && payload.count <= WebSocketFrame.longestControl,
            "a control frame is short and whole")
        self.opcode = opcode
        self.payload = payload
        self.isFinal = isFinal
    }

    package init(_ message: WebSocketMessage) {
        switch message {
        case .text(let bytes): self.init(.text, bytes)
        case .binary(let bytes): self.init(.binary, bytes)
        }
    }

    package init(_ close: WebSocketClose) { self.init(.close, close.payload) }

    /// The frame as it goes over the wire. A client needs a mask, a new one for each frame that nobody can guess; a
    /// server has none.
    package func encoded(_ mask: WebSocketMask?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(WebSocketFrameHead.longest + payload.count)
        bytes.append((isFinal ? 0x80 : 0) | opcode.rawValue)
        appendLength(to: &bytes, flag: mask == nil ? 0 : 0x80)
        guard let mask else { return bytes + payload }
        bytes.append(contentsOf: mask.bytes)
        let start = bytes.count
        bytes.append(contentsOf: payload)
        var span = bytes.mutableSpan
        mask.apply(to: &span, from: start, at: 0)
        return bytes
    }

    private func appendLength(to bytes: inout [UInt8], flag: UInt8) {
        switch payload.count {
        case 0...125: bytes.append(flag | UInt8(payload.count))
        case 126...0xFFFF:
            bytes.append(flag | 126)
            bytes.append(contentsOf: [UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)])
        default:
            bytes.append(flag | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
    }
}
