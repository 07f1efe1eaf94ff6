/// The head of a frame that is being read, byte by byte: a fault in it is known at the byte that makes it one.
struct WebSocketFrameHead: Sendable {
    /// The bytes of a head with the longest length and a mask.
    static let longest = 14

    let sender: WebSocketSide
    private var count = 0
    private(set) var isFinal = false
    private(set) var opcode = WebSocketFrame.Opcode.continuation
    /// Bytes that follow the first two: of the length, then of the mask.
    private var lengthBytes = 0
    private var maskBytes: Int { sender == .client ? 4 : 0 }
    private(set) var length: UInt64 = 0
    private var key: UInt32 = 0

    init(from sender: WebSocketSide) { self.sender = sender }

    /// The length is whole, which the mask follows.
    var hasLength: Bool { count == 2 + lengthBytes }
    var isComplete: Bool { count >= 2 && count == 2 + lengthBytes + maskBytes }
    var mask: WebSocketMask? { sender == .client ? WebSocketMask(key) : nil }

    mutating func take(_ byte: UInt8) throws(WebSocketViolation) {
        defer { count += 1 }
        switch count {
        case 0: try takeFirst(byte)
        case 1: try takeSecond(byte)
        case ..<(2 + lengthBytes):
            length = length << 8 | UInt64(byte)
            if count == 1 + lengthBytes { try checkLength() }
        default: key = key << 8 | UInt32(byte)
        }
    }

    private mutating func takeFirst(_ byte: UInt8) throws(WebSocketViolation) {
        guard byte & 0x70 == 0 else { throw .reservedBits }
        guard let opcode = WebSocketFrame.Opcode(rawValue: byte & 0x0F) else { throw .reservedOpcode(byte & 0x0F) }
        self.opcode = opcode
        isFinal = byte & 0x80 != 0
        guard isFinal || !opcode.isControl else { throw .controlFragmented }
    }

    private mutating func takeSecond(_ byte: UInt8) throws(WebSocketViolation) {
        let isMasked = byte & 0x80 != 0
        guard isMasked == (sender == .client) else { throw isMasked ? .masked : .unmasked }
        let short = byte & 0x7F
        guard !opcode.isControl || short <= WebSocketFrame.longestControl else { throw .controlTooLong(Int(short)) }
        switch short {
        case 126: lengthBytes = 2
        case 127: lengthBytes = 8
        default: length = UInt64(short)
        }
    }

    private func checkLength() throws(WebSocketViolation) {
        guard length >> 63 == 0 else { throw .lengthOutOfRange }
        guard length >= (lengthBytes == 2 ? 126 : 1 << 16) else { throw .lengthNotMinimal }
    }
}
