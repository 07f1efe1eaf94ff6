import Text

/// The code and the words with which an end of a WebSocket closes it.
package struct WebSocketClose: Error, Sendable, Hashable {
    package let code: WebSocketCloseCode
    package let reason: String

    /// A reason that has no room in a frame is cut.
    package init(_ code: WebSocketCloseCode, reason: String = "") {
        self.code = code
        self.reason = reason.cut(toBytes: WebSocketClose.longestReason)
    }

    private static let longestReason = WebSocketFrame.longestControl - 2

    /// The payload of the frame that says so.
    package var payload: [UInt8] {
        guard code != .none else { return [] }
        return [UInt8(code.number >> 8), UInt8(code.number & 0xFF)] + reason.utf8
    }

    /// Reads the payload of a close frame.
    package init(payload: [UInt8]) throws(WebSocketViolation) {
        guard !payload.isEmpty else {
            self.init(.none)
            return
        }
        guard payload.count >= 2 else { throw .closeCodeCut }
        let code = WebSocketCloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
        guard code.mayBeSent else { throw .closeCode(code) }
        guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else { throw .closeReasonNotUTF8 }
        self.init(code, reason: reason)
    }
}

extension WebSocketClose: CustomStringConvertible {
    package var description: String { reason.isEmpty ? "\(code)" : "\(code): \(reason)" }
}

/// The number that says why a WebSocket is closed.
package struct WebSocketCloseCode: Sendable, Hashable, CustomStringConvertible {
    package let number: UInt16
    package init(_ number: UInt16) { self.number = number }

    package static let normal = WebSocketCloseCode(1000)
    package static let goingAway = WebSocketCloseCode(1001)
    package static let protocolError = WebSocketCloseCode(1002)
    /// Stands for a close frame without a code; no frame carries it.
    package static let none = WebSocketCloseCode(1005)
    package static let notUTF8 = WebSocketCloseCode(1007)
    package static let policyViolation = WebSocketCloseCode(1008)
    package static let messageTooLarge = WebSocketCloseCode(1009)

    /// True if a frame may carry it: those of RFC 6455 and its registry, and those that applications agree on.
    package var mayBeSent: Bool {
        switch number {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    package var description: String { self == .none ? "no code" : "\(number)" }
}
