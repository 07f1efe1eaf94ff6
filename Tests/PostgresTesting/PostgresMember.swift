package import Foundation
import Glibc
import ProgramTesting

/// A PostgreSQL of our own that is copied, killed, frozen and promoted, at a socket in a folder of its own.
///
/// It keeps nothing through a power cut. Root starts it as the user `postgres`, since it does not run as root.
package final class PostgresMember: Sendable {
    /// The folder of its socket, with its data beneath.
    package let folder: String
    private let log: FileHandle
    /// Hears of each process that is begun, and of each that has ended.
    private let watch: @Sendable (_ id: Int32, _ isThere: Bool) -> Void
    private let lock = NSLock()
    nonisolated(unsafe) private var current: ChildProcess?

    private var data: String { "\(folder)/data" }

    package init(
        in folder: String, log: FileHandle, watch: @escaping @Sendable (_ id: Int32, _ isThere: Bool) -> Void
    ) throws {
        (self.folder, self.log, self.watch) = (folder, log, watch)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        if let (user, group) = PostgresMember.owner, unsafe chown(folder, user, group) != 0 { throw POSIXError(.EPERM) }
    }

    /// Makes a database cluster.
    package func create() throws {
        try run("initdb", ["--no-sync", "--auth=trust", "--locale=C", "-E", "UTF8", "-U", "postgres", "-D", data])
    }

    /// Becomes a copy of another, to be its standby under that name. What was here is gone.
    package func copy(_ other: PostgresMember, as name: String) throws {
        try? FileManager.default.removeItem(atPath: data)
        try run(
            "pg_basebackup",
            [
                "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d",
                "host=\(other.folder) user=postgres application_name=\(name)",
            ])
    }

    /// Starts it with these settings, and returns when it takes connections.
    package func start(_ settings: [String: String]) throws {
        var all = ["listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"]
        all.merge(settings) { $1 }
        // What it leaves when it is killed: nobody else had it.
        for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        let words = all.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let process = try spawn("postgres", ["-D", data] + words)
        watch(process.id, true)
        lock.withLock { unsafe current = process }
        try run("/bin/sh", ["-c", untilReady, "ready", "\(PostgresServer.programs ?? "")/pg_isready", folder])
    }

    /// Has a standby take over.
    package func promote() throws { try run("pg_ctl", ["-s", "-w", "-t", "30", "-D", data, "promote"]) }

    /// Has it read its settings again.
    package func reload() throws { try run("pg_ctl", ["-s", "-D", data, "reload"]) }

    /// Runs a script as its administrator; what it says, a line for each row.
    @discardableResult
    package func run(_ sql: String, in database: String = "postgres") throws -> [String] {
        try psql(sql, at: folder, in: database)
    }

    // MARK: Its processes

    /// Stops all its processes where they are.
    package func freeze() { send(SIGSTOP) }

    package func thaw() { send(SIGCONT) }

    /// Ends all its processes as a power cut would, and waits for that.
    package func kill() {
        guard let process = lock.withLock({ unsafe current }) else { return }
        // No child is begun while they are looked for.
        process.send(SIGSTOP)
        let children = childrenOf(process.id)
        for child in children { Glibc.kill(child, SIGKILL) }
        process.send(SIGKILL)
        _ = process.wait()
        watch(process.id, false)
        lock.withLock { unsafe current = nil }
    }

    private func send(_ signal: Int32) {
        guard let process = lock.withLock({ unsafe current }) else { return }
        process.send(signal)
        for child in childrenOf(process.id) { Glibc.kill(child, signal) }
    }

    // MARK: Programs of the distribution

    private func run(_ program: String, _ arguments: [String]) throws {
        guard try spawn(program, arguments).wait() == .exited(0) else {
            throw NoServer(description: "\(program) of \(folder) fails; what it says is in the log")
        }
    }

    private func spawn(_ program: String, _ arguments: [String]) throws -> ChildProcess {
        let path = program.hasPrefix("/") ? program : "\(PostgresServer.programs ?? "")/\(program)"
        let words = PostgresMember.owner == nil ? [] : ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        return try ChildProcess(
            words.isEmpty ? path : "/usr/bin/setpriv", words.isEmpty ? arguments : words + [path] + arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], in: folder, output: log.fileDescriptor,
            errors: log.fileDescriptor)
    }

    /// The user that it runs as where we are root.
    private static let owner: (uid_t, gid_t)? = {
        guard getuid() == 0, let entry = unsafe getpwnam("postgres") else { return nil }
        return unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
    }()
}

/// Waits for a server at a socket, ten seconds at the most.
private let untilReady = #"""
    tries=0
    until "$1" -q -h "$2"; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || exit 1
        sleep 0.02
    done
    """#

/// The processes that one has begun.
private func childrenOf(_ id: pid_t) -> [pid_t] {
    let file = FileManager.default.contents(atPath: "/proc/\(id)/task/\(id)/children")
    return String(decoding: file ?? Data(), as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
}
