import Text

/// The messages and control frames that the frames of one end come to.
package enum WebSocketEvent: Sendable, Equatable {
    case message(WebSocketMessage)
    case ping([UInt8])
    case pong([UInt8])
    case close(WebSocketClose)
}

/// Reads the frames of one end, in whatever pieces they come.
///
/// It holds the message that is being read and nothing else, takes time in proportion to the bytes, and refuses what
/// breaks a rule at the byte that does.
package struct WebSocketDecoder: Sendable {
    /// The fragments of no bytes that a message may have: they cost the sender nearly nothing.
    package static let maxEmptyFragments = 64

    private let sender: WebSocketSide
    private let maxMessage: Int
    private var head: WebSocketFrameHead
    /// The bytes of the frame's payload that have come.
    private var received: UInt64 = 0
    /// The payload of a control frame, which may come between the fragments of a message.
    private var control: [UInt8] = []
    /// The message whose last fragment has not come yet: text or binary, and nil where there is none.
    private var kind: WebSocketFrame.Opcode?
    private var message: [UInt8] = []
    private var text = UTF8Check()
    private var emptyFragments = 0

    /// Reads what `sender` sends. A message beyond `maxMessage` bytes is refused as soon as a head announces it.
    package init(from sender: WebSocketSide, maxMessage: Int) {
        self.sender = sender
        self.maxMessage = maxMessage
        head = WebSocketFrameHead(from: sender)
    }

    /// The bytes held of what is not complete yet.
    package var heldBytes: Int { message.count + control.count }

    /// The next event, with the bytes that it took removed from `input`; nil once these are used up. Throws once; the
    /// connection is of no use afterwards.
    package mutating func next(from input: inout ArraySlice<UInt8>) throws(WebSocketViolation) -> WebSocketEvent? {
        while true {
            guard try readHead(&input), try readPayload(&input) else { return nil }
            if let event = try finishFrame() { return event }
        }
    }

    private mutating func readHead(_ input: inout ArraySlice<UInt8>) throws(WebSocketViolation) -> Bool {
        while !head.isComplete {
            guard let byte = input.popFirst() else { return false }
            try head.take(byte)
            if head.hasLength { try admitFrame() }
        }
        return true
    }

    /// Judges a frame by its head, before a byte of it is held.
    private mutating func admitFrame() throws(WebSocketViolation) {
        switch head.opcode {
        case .close, .ping, .pong: return
        case .text, .binary:
            guard kind == nil else { throw .messageWithinMessage }
            kind = head.opcode
        case .continuation: guard kind != nil else { throw .nothingToContinue }
        }
        guard head.length <= UInt64(maxMessage - message.count) else { throw .messageTooLarge(limit: maxMessage) }
        guard head.length == 0, !head.isFinal else { return }
        emptyFragments += 1
        guard emptyFragments <= WebSocketDecoder.maxEmptyFragments else { throw .tooManyEmptyFragments }
    }

    private mutating func readPayload(_ input: inout ArraySlice<UInt8>) throws(WebSocketViolation) -> Bool {
        let piece = input.prefix(Int(head.length - received))
        let offset = Int(received & 3)
        if head.opcode.isControl {
            control.append(piece, without: head.mask, at: offset)
        } else {
            let start = message.count
            message.append(piece, without: head.mask, at: offset)
            guard kind != .text || checkText(from: start) else { throw .textNotUTF8 }
        }
        received += UInt64(piece.count)
        input = input[piece.endIndex...]
        return received == head.length
    }

    private mutating func checkText(from start: Int) -> Bool {
        var check = text
        defer { text = check }
        return check.take(message.span.extracting(start...))
    }

    private mutating func finishFrame() throws(WebSocketViolation) -> WebSocketEvent? {
        let (opcode, isFinal) = (head.opcode, head.isFinal)
        head = WebSocketFrameHead(from: sender)
        received = 0
        switch opcode {
        case .ping: return .ping(exchange(&control, with: []))
        case .pong: return .pong(exchange(&control, with: []))
        case .close: return .close(try WebSocketClose(payload: exchange(&control, with: [])))
        case .text, .binary, .continuation: return isFinal ? .message(try finishMessage()) : nil
        }
    }

    private mutating func finishMessage() throws(WebSocketViolation) -> WebSocketMessage {
        guard text.isComplete else { throw .textNotUTF8 }
        emptyFragments = 0
        let bytes = exchange(&message, with: [])
        return exchange(&kind, with: nil) == .text ? .text(bytes) : .binary(bytes)
    }
}

extension [UInt8] {
    /// Appends a piece of a payload, of which the first byte is the one at `offset`, and unmasks it.
    fileprivate mutating func append(_ piece: ArraySlice<UInt8>, without mask: WebSocketMask?, at offset: Int) {
        let start = count
        append(contentsOf: piece)
        guard let mask else { return }
        var span = mutableSpan
        mask.apply(to: &span, from: start, at: offset)
    }
}
