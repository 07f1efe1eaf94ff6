import Glibc
import System

/// A server on loopback that does to each connection what its script says, however ill-mannered.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (ScriptedConnection) -> Void

    private struct State {
        var connections: [ScriptedConnection] = []
        var threads: [OSThread] = []
    }

    let port: Int
    private let listener: Int32
    private let state = Lock(State())
    private let acceptor: Lock<OSThread?> = Lock(nil)

    private init(_ script: @escaping Script) {
        listener = Socket.listening()
        port = Socket.port(of: listener)
        let thread = OSThread(named: "test-server") { [self] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 { serve(descriptor, script) }
        }
        acceptor.withLock { $0 = thread }
    }

    /// Runs `body` beside a server with `script`; afterwards every connection is shut and every thread joined.
    static func run<Result>(
        _ script: @escaping Script,
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedServer(script)
        defer { server.stop() }
        return try await body(server)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Connections accepted so far.
    var accepted: Int { state.withLock { $0.connections.count } }

    private func serve(_ descriptor: Int32, _ script: @escaping Script) {
        state.withLock { state in
            let connection = ScriptedConnection(descriptor, number: state.connections.count + 1)
            state.connections.append(connection)
            state.threads.append(
                OSThread(named: "test-connection") {
                    script(connection)
                    connection.close()
                }
            )
        }
    }

    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        acceptor.withLock { $0 }?.join()
        let (connections, threads) = state.withLock { ($0.connections, $0.threads) }
        connections.forEach { $0.close() }
        threads.forEach { $0.join() }
        connections.forEach { $0.release() }
        Glibc.close(listener)
    }
}
