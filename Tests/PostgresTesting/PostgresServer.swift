import Foundation
import Glibc
import ProgramTesting

/// A real PostgreSQL of our own, which one test process shares: at a socket in a folder that goes with the process.
///
/// It keeps nothing through a power cut, for which nobody here pays with time.
package final class PostgresServer: Sendable {
    /// The folder in which the distribution has its programs; nil where there is none.
    package static let programs: String? = ["18", "17", "16", "15"].map { "/usr/lib/postgresql/\($0)/bin" }.first {
        FileManager.default.isExecutableFile(atPath: "\($0)/postgres")
    }

    /// True where there is one, or has to be: then a test that finds none fails.
    package static var isAvailable: Bool {
        programs != nil || ProcessInfo.processInfo.environment["WECOM_ROUTER_TESTS_NEED_POSTGRESQL"] != nil
    }

    /// Started by whoever needs it first.
    package static var shared: PostgresServer { get throws { try common.get() } }
    private static let common = Result { try PostgresServer() }

    /// The folder of its socket.
    package let folder: String
    /// Its end is the server's: a process that dies takes it along, however it dies.
    private let life: FileHandle
    private let keeper: ChildProcess
    private let settings: [String: String]

    /// A new one; or a standby of `primary`, with its settings.
    package init(settings: [String: String] = [:], copying primary: PostgresServer? = nil) throws {
        guard let programs = PostgresServer.programs else {
            throw NoServer(description: "postgresql-15 is not installed")
        }
        folder = "/tmp/wecom-router-pg-\(UUID().uuidString.prefix(8))"
        let input = try ChildProcess.pipe()
        let output = try ChildProcess.pipe()
        life = input.writing
        self.settings = primary?.settings ?? settings
        var all = [
            "listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "full_page_writes": "off",
            "synchronous_commit": "off", "max_connections": "400", "shared_buffers": "64MB", "wal_level": "minimal",
            "max_wal_senders": "0", "autovacuum_naptime": "10s", "deadlock_timeout": "100ms",
        ]
        all.merge(self.settings) { $1 }
        let words = all.sorted { $0.key < $1.key }.map { "-c \($0.key)='\($0.value)'" }.joined(separator: " ")
        keeper = try ChildProcess(
            "/bin/sh", ["-c", script, "keeper", folder, programs, words, primary?.folder ?? ""],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            input: input.reading.fileDescriptor, output: output.writing.fileDescriptor)
        try output.writing.close()
        try input.reading.close()
        guard let said = try output.reading.read(upToCount: 1), said == Data("y".utf8) else {
            let words = try output.reading.readToEnd() ?? Data()
            try life.close()
            _ = keeper.wait()
            throw NoServer(description: "PostgreSQL does not start: \(String(decoding: words, as: UTF8.self))")
        }
    }

    /// Ends it as a crash would, and waits until it is gone. Once.
    package func stop() {
        try? life.close()
        _ = keeper.wait()
    }

    /// The address of a database, as the configuration would have it.
    package func url(
        database: String = "postgres", schema: String? = nil, at folder: String? = nil, settings: [String: String] = [:]
    ) -> String {
        var options = settings.map { "-c%20\($0.key)%3D\($0.value)" }
        if let schema { options.append("-c%20search_path%3D\(schema)") }
        let said = options.isEmpty ? "" : "&options=\(options.joined(separator: "%20"))"
        return "postgres:///\(database)?host=\(folder ?? self.folder)&user=postgres\(said)"
    }
}

extension PostgresServer {
    /// A schema of its own, which is the whole database for whoever's address names it.
    package func makeSchema() throws -> String {
        let schema = "s_\(UUID().uuidString.prefix(8).lowercased())"
        try run("CREATE SCHEMA \(schema)")
        return schema
    }

    /// Makes a database of its own: for whoever shares none, or cannot name a schema since a pooler does not let that through.
    package func makeDatabase(encoding: String = "UTF8") throws -> String {
        let name = "d_\(UUID().uuidString.prefix(8).lowercased())"
        try run("CREATE DATABASE \(name) TEMPLATE template0 ENCODING '\(encoding)'")
        return name
    }

    /// Runs a script as its administrator; what it says, a line for each row.
    @discardableResult
    package func run(_ sql: String, in database: String = "postgres") throws -> [String] {
        try psql(sql, at: folder, in: database)
    }
}

/// Runs a script as the administrator of a server; what it says, a line for each row.
func psql(_ sql: String, at folder: String, in database: String) throws -> [String] {
    let output = try ChildProcess.pipe()
    let psql = try ChildProcess(
        "\(PostgresServer.programs ?? "")/psql",
        ["-XqAt", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "postgres", "-d", database, "-c", sql],
        environment: ["PGCONNECT_TIMEOUT": "5"], output: output.writing.fileDescriptor,
        errors: output.writing.fileDescriptor)
    try output.writing.close()
    let said = String(decoding: try output.reading.readToEnd() ?? Data(), as: UTF8.self)
    guard psql.wait() == .exited(0) else { throw NoServer(description: said) }
    return said.split(separator: "\n").map(String.init)
}

package struct NoServer: Error, CustomStringConvertible {
    package let description: String
}

/// PostgreSQL does not run as root. The interrupts of a terminal reach us all; the server goes when its process is gone.
private let script = #"""
    trap '' INT TERM HUP
    dir=$1 bin=$2
    as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
    mkdir -m 755 "$dir" && if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; fi && cd "$dir" || exit 1
    if [ -n "$4" ]; then
        as "$bin/pg_basebackup" -h "$4" -U postgres -D "$dir/data" -R -X stream -c fast --no-sync >"$dir/log" 2>&1
    else
        as "$bin/initdb" --no-sync --auth=trust --locale=C -E UTF8 -U postgres -D "$dir/data" >"$dir/log" 2>&1
    fi &&
        as "$bin/pg_ctl" -w -t 30 -s -l "$dir/data/log" -D "$dir/data" -o "$3" start </dev/null >"$dir/start" 2>&1 &&
        printf y && exec 1>&- && read -r _ ||
        { printf n && cat "$dir/log" "$dir/start" "$dir/data/log"; } 2>/dev/null
    as "$bin/pg_ctl" -s -m immediate -D "$dir/data" stop >/dev/null 2>&1
    rm -rf "$dir"
    """#
