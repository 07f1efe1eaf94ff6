import Foundation
import ProgramTesting

/// HAProxy before the servers, as docs/scaling.md sets it up.
final class Front: Sendable {
    static let program = "/usr/sbin/haproxy"

    private let process: ChildProcess

    init(in folder: String, port: Int, to servers: [(name: String, port: Int)], log: FileHandle, keeper: Keeper) throws
    {
        let lines = servers.map { "    server \($0.name) 127.0.0.1:\($0.port) check" }
        try (configuration(port: port) + lines.joined(separator: "\n") + "\n").write(
            toFile: "\(folder)/haproxy.cfg", atomically: true, encoding: .utf8)
        // A server that takes too long is away, as one that takes nothing is.
        try "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".write(
            toFile: "\(folder)/away.http", atomically: true, encoding: .utf8)
        process = try ChildProcess(
            Front.program, ["-db", "-f", "haproxy.cfg"], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            in: folder, output: log.fileDescriptor, errors: log.fileDescriptor)
        keeper.note(process.id, isThere: true)
    }

    /// Ends it. Blocks until it has.
    func end() {
        process.send(SIGKILL)
        _ = process.wait()
    }
}

/// A callback may be repeated at another server: it has one effect at whichever it comes to.
private func configuration(port: Int) -> String {
    """
    global
        maxconn 4000
        tune.bufsize 65536
    defaults
        mode http
        option http-buffer-request
        option redispatch 1
        retries 2
        retry-on conn-failure empty-response response-timeout
        timeout connect 500ms
        timeout client 30s
        timeout server 3s
        timeout queue 2s
        errorfile 502 away.http
        errorfile 504 away.http
    frontend wecom
        bind 127.0.0.1:\(port)
        default_backend routers
    backend routers
        balance roundrobin
        option httpchk
        http-check send meth GET uri /ready ver HTTP/1.1 hdr Host router
        http-check expect status 200
        default-server inter 200ms fall 2 rise 1

    """
}
