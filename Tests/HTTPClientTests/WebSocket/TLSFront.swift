import Foundation
import Glibc

/// TLS before a port of loopback that speaks none, for any number of connections, with a certificate of its own making.
struct TLSFront: Sendable {
    static let isAvailable = unsafe OwnCertificate.isAvailable && access(python, X_OK) == 0

    let port: Int
    let certificate: String

    private static let python = "/usr/bin/python3"

    static func run<Result>(
        before port: Int, names: String = "DNS:localhost", isExpired: Bool = false,
        _ body: (TLSFront) async throws -> Result
    ) async throws -> Result {
        let files = try OwnCertificate(names: names, isExpired: isExpired)
        defer { files.remove() }
        let program = ChildProgram([python, "-c", script, files.certificate, files.key, "\(port)"])
        defer { program.end() }
        let line = program.line(startingWith: "PORT ") ?? ""
        return try await body(TLSFront(port: Int(line.dropFirst(5)) ?? 0, certificate: files.certificate))
    }

    private static let script = """
        import socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        print("PORT", listener.getsockname()[1], flush=True)

        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def serve(client):
            try:
                secure = context.wrap_socket(client, server_side=True)
            except OSError:
                return client.close()
            server = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
            threading.Thread(target=pump, args=(server, secure), daemon=True).start()
            pump(secure, server)

        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()
        """
}
