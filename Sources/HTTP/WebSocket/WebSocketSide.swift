/// An end of a WebSocket. The two write their frames differently.
package enum WebSocketSide: Sendable {
    /// The one that connects, which masks what it sends.
    case client
    case server

    package var other: WebSocketSide { self == .client ? .server : .client }
}
