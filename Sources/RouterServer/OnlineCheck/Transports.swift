import HTTPClient
import System

/// The ways out of a command that asks others: by HTTP, and by WebSocket.
struct Transports: Sendable {
    let http = CurlTransport()
    let sockets: CurlWebSockets
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop(named: "sockets")
        sockets = CurlWebSockets(on: loop)
    }

    func close() async {
        await http.close()
        await sockets.close()
        loop.stop()
    }
}
