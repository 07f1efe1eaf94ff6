import Foundation
import ProgramTesting

/// A real PgBouncer before a PostgreSQL: it gives each transaction another of its few connections to a database. It goes with the
/// process, as the server does.
package final class PgBouncer: Sendable {
    private static let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// True where there is one, or has to be: then a test that finds none fails.
    package static var isAvailable: Bool {
        PostgresServer.isAvailable
            && (program != nil || ProcessInfo.processInfo.environment["WECOM_ROUTER_TESTS_NEED_POSTGRESQL"] != nil)
    }

    /// Before the server that all tests share; started by whoever needs it first.
    package static var shared: PgBouncer { get throws { try common.get() } }
    private static let common = Result { try PgBouncer(to: PostgresServer.shared.folder) }

    /// Where its socket is.
    package let folder: String
    private let life: FileHandle

    package init(to server: String) throws {
        guard let program = PgBouncer.program else { throw NoServer(description: "pgbouncer is not installed") }
        folder = "/tmp/wecom-router-pb-\(UUID().uuidString.prefix(8))"
        let input = try ChildProcess.pipe()
        let output = try ChildProcess.pipe()
        life = input.writing
        let settings = """
            [databases]
            * = host=\(server)
            [pgbouncer]
            listen_port = 5432
            listen_addr =
            unix_socket_dir = \(folder)
            auth_type = trust
            auth_file = \(folder)/users
            pool_mode = transaction
            default_pool_size = 4
            max_client_conn = 4000
            server_idle_timeout = 5
            server_login_retry = 1

            """
        let keeper = try ChildProcess(
            "/bin/sh", ["-c", script, "keeper", folder, program, settings],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            input: input.reading.fileDescriptor, output: output.writing.fileDescriptor)
        try output.writing.close()
        try input.reading.close()
        guard let said = try output.reading.read(upToCount: 1), said == Data("y".utf8) else {
            try life.close()
            _ = keeper.wait()
            throw NoServer(description: "PgBouncer does not start")
        }
    }

    /// The address of a database through it. What a connection brings along for its session it refuses.
    package func url(database: String) -> String { "postgres:///\(database)?host=\(folder)&user=postgres" }
}

/// PgBouncer does not run as root either.
private let script = #"""
    trap '' INT TERM HUP
    dir=$1 program=$2
    # Becomes the program, so that its process is the one that is killed.
    as() {
        if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; fi
        exec "$@"
    }
    mkdir -m 755 "$dir" && printf %s "$3" >"$dir/pgbouncer.ini" && echo '"postgres" ""' >"$dir/users" &&
        if [ "$(id -u)" = 0 ]; then chown -R postgres "$dir"; fi || exit 1
    as "$program" -q "$dir/pgbouncer.ini" </dev/null >"$dir/log" 2>&1 & process=$!
    while kill -0 "$process" 2>/dev/null && [ ! -S "$dir/.s.PGSQL.5432" ]; do sleep 0.05; done
    [ -S "$dir/.s.PGSQL.5432" ] && printf y && exec 1>&- && read -r _
    kill -9 "$process"
    rm -rf "$dir"
    """#
