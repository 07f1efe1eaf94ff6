import Crypto
package import HTTP

extension HTTPResponse {
    /// Opens a WebSocket for a request that asks for one as RFC 6455 has it, and refuses any other. `run` has it until it
    /// returns, which closes it if nothing has before. Where it throws, the connection ends without a close.
    ///
    /// A client that takes nothing is given up after the listener's `writeTime`, in place of `limits.sendTime`. The
    /// listener's other times end with the upgrade; when it stops, what is open is closed at its deadline.
    package static func webSocket(
        answering request: HTTPRequest, limits: WebSocketLimits = WebSocketLimits(),
        _ run: @escaping @Sendable (any WebSocket) async throws -> Void
    ) -> HTTPResponse {
        do throws(WebSocketUpgrade.Refused) {
            let key = try WebSocketUpgrade(request).key
            let accept = Base64.encode(sha1(Array(key.challenge.utf8)))
            return .upgrade(to: "websocket", headers: ["Sec-WebSocket-Accept": accept]) { connection in
                await UpgradedWebSocket.run(on: connection, limits, run)
            }
        } catch {
            return error.response
        }
    }
}
