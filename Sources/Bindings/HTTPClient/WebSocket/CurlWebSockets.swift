package import HTTP
package import System

/// Opens WebSockets through libcurl, which looks for the server and gets through proxies; TLS and the frames are ours. All of
/// them live on one event loop, and none holds a thread or a buffer of its own while nothing comes.
///
/// An error names the address without its query; credentials appear in no error. A transport that is let go of
/// closes what is open.
package final class CurlWebSockets: WebSocketTransport {
    package struct Limits: Sendable {
        /// WebSockets at once; those beyond are refused.
        package var open = 4096
        /// Those that may connect at once, each with a look-up of a name perhaps, which is a thread for as long. More wait.
        package var connecting = 128

        package init() {}
    }

    private let hub: WebSocketHub

    /// `authorities` names a PEM file to trust instead of the system's certificates. `resolving` says where names lead,
    /// instead of asking: `host:port:address,address`.
    package init(
        on loop: EventLoop, limits: Limits = Limits(), authorities: String? = nil, resolving: [String] = []
    ) {
        hub = WebSocketHub(on: loop, limits: limits, authorities: authorities, resolving: resolving)
    }

    deinit { hub.soon { $0.close() } }

    package func connect(
        _ address: String, _ options: WebSocketOptions
    ) async throws(WebSocketError) -> any WebSocket {
        CurlWebSocket(try await hub.connect(address, options), hub)
    }

    /// Ends all that is open or connects as cancelled, without telling the other ends. To be called before the loop is
    /// stopped.
    package func close() async { await hub.close() }
}

/// One of them, as its user holds it.
private final class CurlWebSocket: WebSocket {
    private let link: WebSocketLink
    private let hub: WebSocketHub

    init(_ link: WebSocketLink, _ hub: WebSocketHub) {
        self.link = link
        self.hub = hub
    }

    deinit { hub.soon { [link] _ in link.drop() } }

    func receive() async throws(WebSocketError) -> WebSocketMessage { try await hub.receive(from: link) }
    func send(_ message: WebSocketMessage) async throws(WebSocketError) { try await hub.send(message, by: link) }
    func close(_ close: WebSocketClose) async { await hub.close(link, close) }
}
