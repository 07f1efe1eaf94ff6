/// One end of a WebSocket that is open. Letting go of it closes the connection.
package protocol WebSocket: Sendable {
    /// The next message. Pings are answered while one is waited for, or while there is room for what comes. Throws what
    /// ended the connection once all that came before has been received. One task receives at a time; cancelling it loses
    /// no message.
    func receive() async throws(WebSocketError) -> WebSocketMessage

    /// Returns once the system has taken the message. Messages go out in the order of the calls. A cancelled call may have
    /// sent its message, and one that has begun to go out goes out whole.
    func send(_ message: WebSocketMessage) async throws(WebSocketError)

    /// Says that it closes and returns when the other end has answered, or the connection is gone.
    func close(_ close: WebSocketClose) async
}

/// Opens WebSockets to other people's servers.
package protocol WebSocketTransport: Sendable {
    /// Connects to `ws://` or `wss://` and shakes hands. Cancelling the task closes the connection.
    func connect(_ address: String, _ options: WebSocketOptions) async throws(WebSocketError) -> any WebSocket
}

/// The limits of one WebSocket and the way to it.
package struct WebSocketOptions: Sendable {
    package var origin: String?
    /// `http://`, `https://`, `socks5://` or `socks5h://` with optional credentials; nil goes direct, whatever the
    /// environment says.
    package var proxy: String?
    /// A PEM file of the authorities to trust instead of the transport's own.
    package var caFile: String?
    /// From the call to the end of the handshake.
    package var connectTimeout: Duration = .seconds(10)
    package var limits = WebSocketLimits()

    package init() {}
}

/// The limits of an open WebSocket.
package struct WebSocketLimits: Sendable {
    /// Bytes of a message that comes.
    package var message = 4 << 20
    /// Bytes that wait to be sent, beyond the one message that may always wait.
    package var outbox = 4 << 20
    /// Bytes that wait to be received before no more are read, so that the sender is held back.
    package var inbox = 256 << 10
    /// From the call of `send` until the system has taken the last byte.
    package var sendTime = Duration.seconds(10)
    /// The time that the other end has to answer a close.
    package var closeTime = Duration.seconds(5)

    package init() {}
}
