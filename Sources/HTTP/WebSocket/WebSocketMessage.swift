/// A message, whole, however many fragments it came in.
package enum WebSocketMessage: Sendable, Equatable {
    /// UTF-8, which was checked where it came from outside.
    case text([UInt8])
    case binary([UInt8])

    package static func text(_ text: String) -> WebSocketMessage { .text(Array(text.utf8)) }

    package var bytes: [UInt8] {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes
        }
    }
}
