import System

/// TLS before a port of loopback that speaks none, in a process of its own, with certificates like those of public servers: the
/// server's own and one that vouches for it, of RSA with 2,048 bits.
struct TLSFront {
    let port: Int
    /// The file of the authority to trust: all that the system trusts, and ours.
    let authority: String
    private let program: RunningProgram
    private let spawner: Spawner
    private let loop: EventLoop

    init(before port: Int, in directory: String) async throws {
        loop = try EventLoop(named: "front")
        spawner = Spawner(on: loop)
        authority = "\(directory)/authorities.pem"
        program = try await spawner.start(
            ProgramStart(
                "sh", ["-c", TLSFront.certificates + "exec python3 -c \"$0\" \"$1\" 2>&1", TLSFront.front, "\(port)"],
                environment: Process.environment, in: directory))
        var text = ""
        while !text.contains("\n") {
            guard let bytes = try await program.read() else { throw RouterProcess.NotAsExpected(text: text) }
            text += String(decoding: bytes, as: UTF8.self)
        }
        guard let port = text.split(separator: "\n").first.flatMap({ Int($0) }) else {
            throw RouterProcess.NotAsExpected(text: text)
        }
        self.port = port
    }

    func stop() async {
        await program.stop(StopLadder([.init(.terminate, grace: .seconds(5))]))
        await spawner.close()
        loop.stop()
    }

    private static let certificates = """
        set -e
        for name in root middle server; do
            openssl req -newkey rsa:2048 -nodes -subj "/O=Benchmark/CN=$name" -keyout $name.key -out $name.csr 2>/dev/null
        done
        echo basicConstraints=CA:TRUE >ca.ext
        echo subjectAltName=DNS:localhost,DNS:a.example,DNS:b.example,DNS:c.example >server.ext
        openssl x509 -req -in root.csr -signkey root.key -days 2 -extfile ca.ext -out root.pem 2>/dev/null
        openssl x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile ca.ext \
            -out middle.pem 2>/dev/null
        openssl x509 -req -in server.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days 2 \
            -extfile server.ext -out server.pem 2>/dev/null
        cat server.pem middle.pem >chain.pem
        cat /etc/ssl/certs/ca-certificates.crt root.pem >authorities.pem

        """

    private static let front = """
        import asyncio, resource, ssl, sys

        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("chain.pem", "server.key")

        async def pump(source, sink):
            try:
                while data := await source.read(65536):
                    sink.write(data)
                    await sink.drain()
            except OSError:
                pass
            sink.close()

        async def serve(reader, writer):
            try:
                behind = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
            except OSError:
                return writer.close()
            await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer))

        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=2048)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()

        asyncio.run(main())
        """
}
