/// The reason why there is no WebSocket, or none any more, told apart by what the caller may do.
package enum WebSocketError: Error, Sendable, Equatable {
    /// The address or an option cannot be used: nothing was tried.
    case unusable(String)
    /// The name of the server, or of the proxy, leads nowhere.
    case unresolved(String)
    /// The connection is accepted by nobody, or it broke before the handshake.
    case unreachable(String)
    /// No authority vouches for the server's certificate, or TLS failed otherwise.
    case untrusted(String)
    /// The proxy does not let the connection through.
    case proxyRefused(HTTPStatus, address: String)
    /// The server answers the handshake with another status than 101.
    case refused(HTTPStatus, address: String)
    /// The answer to the handshake is none that a WebSocket begins with.
    case badHandshake(String)
    /// An end has said that it closes, and why.
    case closed(WebSocketClose, by: WebSocketSide)
    /// The other end broke the protocol or a limit; it has been told the code.
    case violated(WebSocketViolation)
    /// The connection ended without a close.
    case lost(String)
    case timedOut(String)
    /// More waits to be sent than may. Nothing of this message was sent.
    case full(limit: Int)
    case cancelled
}

extension WebSocketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unusable(let reason): "the WebSocket cannot be opened: \(reason)"
        case .unresolved(let reason), .unreachable(let reason), .untrusted(let reason):
            "no WebSocket: \(reason)"
        case .proxyRefused(let status, let address):
            "no WebSocket: the proxy refuses to connect to \(address), with status \(status)"
        case .refused(let status, let address):
            "no WebSocket: \(address) answers the handshake with status \(status), not 101"
        case .badHandshake(let reason): "no WebSocket: \(reason)"
        case .closed(let close, by: .server): "the server closed the WebSocket (\(close))"
        case .closed(let close, by: .client): "the client closed the WebSocket (\(close))"
        case .violated(let violation): "the WebSocket was closed: \(violation) (\(violation.closeCode))"
        case .lost(let reason): "the WebSocket is lost: \(reason)"
        case .timedOut(let reason): "the WebSocket took too long: \(reason)"
        case .full(let limit): "not sent: more than \(limit) bytes wait to be sent already"
        case .cancelled: "cancelled"
        }
    }
}
