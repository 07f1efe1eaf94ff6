internal import CLibPQ
internal import System

extension Servers {
    /// A connection to the primary: asks one server after the other, in an order of chance, each for so long at the most. Blocks.
    func connect(_ options: DatabaseOptions) throws(PostgresError) -> Connection {
        var failure: PostgresError?
        for host in hosts.shuffled() {
            do {
                return try connect(to: host, options)
            } catch {
                if failure == nil || failure?.kind == .disconnected {
                    failure = PostgresError(
                        error.kind, code: error.code, message: "\(host.description): \(error.message)", sql: error.sql)
                }
            }
        }
        throw failure ?? PostgresError(.disconnected, message: "no server is named")
    }

    private func connect(to host: Host, _ options: DatabaseOptions) throws(PostgresError) -> Connection {
        let connection = try begin(settings(of: host), options)
        try connection.finish()
        try connection.look(at: self, options)
        return connection
    }

    private func begin(_ settings: [(String, String)], _ options: DatabaseOptions) throws(PostgresError) -> Connection {
        let (keys, values) = (CStrings(settings.map(\.0)), CStrings(settings.map(\.1)))
        let handle = unsafe keys.withPointers { keys in
            unsafe values.withPointers { values in unsafe PQconnectStartParams(keys, values, 0) }
        }
        guard let handle = unsafe handle else { throw PostgresError(.disconnected, message: "out of memory") }
        let pipeline = Pipeline(
            until: .now.advanced(by: options.connectTimeout), naming: options.pooler != .transaction)
        return unsafe Connection(owning: handle, pipeline)
    }
}

extension Connection {
    /// Goes through with connecting. Its socket may be another at each step.
    fileprivate func finish() throws(PostgresError) {
        guard unsafe PQstatus(handle) != CONNECTION_BAD else { throw failure() }
        var state = PGRES_POLLING_WRITING
        while true {
            switch state {
            case PGRES_POLLING_OK: break
            case PGRES_POLLING_FAILED: throw failure()
            default:
                guard let milliseconds = pipeline.millisecondsLeft else {
                    pipeline.isBroken = true
                    throw PostgresError(.disconnected, message: "it cannot be connected to in time")
                }
                let wanted: Int32 = state == PGRES_POLLING_WRITING ? 2 : 1
                let happened = unsafe clibpq_wait(PQsocket(handle), wanted == 2 ? 1 : 0, -1, milliseconds)
                guard happened & (wanted | 1) != 0 else { continue }
                state = unsafe PQconnectPoll(handle)
                continue
            }
            break
        }
        guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQenterPipelineMode(handle) == 1 else { throw failure() }
    }

    /// Sees whether the server is the one that is wanted, and what time it has.
    fileprivate func look(at servers: Servers, _ options: DatabaseOptions) throws(PostgresError) {
        if parameter("in_hot_standby") == "on" || parameter("default_transaction_read_only") == "on" {
            throw .isReadOnly
        }
        if let encoding = parameter("server_encoding"), encoding != "UTF8" {
            throw PostgresError(.refused, message: "its database has the encoding \(encoding): make one in UTF8")
        }
        if options.pooler != .transaction { try apply(options.settings, onlyHere: false) }
        try measureTime(servers, by: options.clock)
        if let seen = try timeline() {
            guard servers.admits(seen) else { throw .isOutdated }
            pipeline.history = (servers, seen)
        }
    }

    private func parameter(_ name: String) -> String? {
        unsafe PQparameterStatus(handle, name).map { unsafe String(cString: $0) }
    }

    /// Asks the server what time it has, and whether it is the one that is wanted: a pooler tells that of the server that it had
    /// once. Half the way there and back lies before the server looks at its clock.
    func measureTime(_ servers: Servers, by clock: (MonotonicTime) -> Timestamp) throws(PostgresError) {
        try settle()
        let start = MonotonicTime.now
        let said: (time: Timestamp, isReadOnly: Bool, process: Int32)?
        do {
            said = try first(
                """
                SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8,
                    pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on', pg_backend_pid()
                """
            ) { (time: $0.timestamp(0), isReadOnly: $0.bool(1), process: Int32(truncatingIfNeeded: $0.int64(2))) }
        } catch {
            throw (error as? PostgresError) ?? failure()
        }
        guard let said else { return }
        if said.isReadOnly {
            pipeline.isBroken = true
            throw .isReadOnly
        }
        let end = MonotonicTime.now
        servers.note(said.time.since(clock(start.advanced(by: end.since(start) / 2))))
        // Whoever stands between makes up a number for itself.
        servers.note(isPooled: unsafe said.process != PQbackendPID(handle))
    }

    /// The line of history that the server writes: each promotion of a standby begins a new one. nil where it cannot be told.
    private func timeline() throws(PostgresError) -> UInt32? {
        do {
            let file = try first("SELECT pg_walfile_name(pg_current_wal_lsn())") { $0.text(0) }
            return file.flatMap { UInt32($0.prefix(8), radix: 16) }
        } catch {
            if isBroken { throw (error as? PostgresError) ?? failure() }
            return nil
        }
    }
}

extension PostgresError {
    static let isOutdated = PostgresError(.disconnected, message: "it was the primary once and is not any more")

    fileprivate static var isReadOnly: PostgresError {
        PostgresError(.disconnected, code: "25006", message: "it is a standby, or may not be written")
    }
}

/// Texts as C has them, with a null pointer behind the last.
@safe private struct CStrings {
    private var bytes: [CChar] = []
    private var starts: [Int] = []

    init(_ texts: [String]) {
        for text in texts {
            starts.append(bytes.count)
            bytes += text.utf8.map { CChar(bitPattern: $0) } + [0]
        }
    }

    func withPointers<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            let pointers = unsafe starts.map { start in unsafe bytes.baseAddress.map { unsafe $0 + start } } + [nil]
            return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        }
    }
}
