/// A breach of RFC 6455, or of our limits, by what came from the other end. It ends the connection.
package enum WebSocketViolation: Error, Sendable, Equatable {
    /// A bit that only extensions use is set; none was agreed on.
    case reservedBits
    case reservedOpcode(UInt8)
    /// The frame of a server is masked.
    case masked
    /// The frame of a client is not masked.
    case unmasked
    case lengthNotMinimal
    /// The length has the bit set that must be clear.
    case lengthOutOfRange
    case controlTooLong(Int)
    case controlFragmented
    /// A continuation of no message.
    case nothingToContinue
    /// A message begins before the last fragment of another.
    case messageWithinMessage
    case messageTooLarge(limit: Int)
    case tooManyEmptyFragments
    case textNotUTF8
    /// A close frame holds one byte of a code that has two.
    case closeCodeCut
    case closeCode(WebSocketCloseCode)
    case closeReasonNotUTF8

    /// The code to close the connection with.
    package var closeCode: WebSocketCloseCode {
        switch self {
        case .textNotUTF8, .closeReasonNotUTF8: .notUTF8
        case .messageTooLarge: .messageTooLarge
        case .tooManyEmptyFragments: .policyViolation
        default: .protocolError
        }
    }
}

extension WebSocketViolation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .reservedBits: "a frame uses an extension that was not agreed on"
        case .reservedOpcode(let opcode): "a frame has the reserved opcode \(opcode)"
        case .masked: "a frame of the server is masked"
        case .unmasked: "a frame of the client is not masked"
        case .lengthNotMinimal: "a frame's length takes more bytes than it needs"
        case .lengthOutOfRange: "a frame's length is beyond 63 bits"
        case .controlTooLong(let length):
            "a control frame has more than \(WebSocketFrame.longestControl) bytes (its length field says \(length))"
        case .controlFragmented: "a control frame is fragmented"
        case .nothingToContinue: "a fragment continues no message"
        case .messageWithinMessage: "a message begins before the one before it has ended"
        case .messageTooLarge(let limit): "a message is larger than \(limit) bytes"
        case .tooManyEmptyFragments: "a message has more than \(WebSocketDecoder.maxEmptyFragments) empty fragments"
        case .textNotUTF8: "a text message is not UTF-8"
        case .closeCodeCut: "a close frame has half a code"
        case .closeCode(let code): "a close frame has the code \(code.number), which none may have"
        case .closeReasonNotUTF8: "the reason in a close frame is not UTF-8"
        }
    }
}
