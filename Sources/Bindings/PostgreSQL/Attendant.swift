internal import Lifecycle
internal import System

/// A thread's connection, which is made when it is needed and again when it is lost.
///
/// Used by its thread alone, but for `stop`.
final class Attendant: @unchecked Sendable {
    /// A connection is lent where a copy would be needed.
    final class Link {
        let connection: Connection
        var mark: CommitMark
        init(_ connection: consuming Connection, _ mark: CommitMark) {
            self.connection = connection
            self.mark = mark
        }
    }

    let options: DatabaseOptions
    private let servers: Servers
    private let name: String
    private let leavesMarks: Bool
    private let bell = Bell()
    private let isStopping = Lock(false)
    private var current: Link?
    private var made = 0
    private var failures = 0
    private var lastFailure: PostgresError?
    /// No other connection is tried before.
    private var notBefore = MonotonicTime.now

    init(_ servers: Servers, _ options: DatabaseOptions, named name: String, leavingMarks leavesMarks: Bool) {
        self.servers = servers
        self.leavesMarks = leavesMarks
        self.options = options
        self.name = name
    }

    /// Ends waits between two tries, from any thread.
    func stop() {
        isStopping.withLock { $0 = true }
        bell.ring()
    }

    /// A connection; made if there is none, tried until `deadline`.
    func link(until deadline: MonotonicTime) throws(PostgresError) -> Link {
        if let current, !current.connection.isBroken {
            current.connection.pipeline.deadline = deadline
            if !servers.areClocksDue() { return current }
            do {
                try current.connection.measureTime(servers, by: options.clock)
                return current
            } catch {
                note(error)
            }
        }
        current = nil
        while true {
            guard deadline > .now else { throw lastFailure ?? PostgresError(.late, message: "the time is over") }
            if let lastFailure, !wait(until: deadline) { throw lastFailure }
            do {
                let link = try connect()
                link.connection.pipeline.deadline = deadline
                current = link
                return link
            } catch {
                note(error)
                if [.mistaken, .refused].contains(error.kind) { throw error }
            }
        }
    }

    /// Sleeps for so long; false once it is to end.
    @discardableResult
    func pause(_ duration: Duration) -> Bool {
        if bell.sleep(for: duration) { bell.silence() }
        return !isStopping.withLock { $0 }
    }

    /// Lets go of the connection: its state is not known any more.
    func drop() { current = nil }

    private func connect() throws(PostgresError) -> Link {
        made += 1
        let mark = CommitMark(slot: "\(options.owner) \(name) \(made)")
        let connection = try servers.connect(options)
        if leavesMarks {
            // A pooler would set it for others.
            if options.pooler != .transaction { try connection.planOnce() }
            try connection.prepare(mark)
        }
        (failures, lastFailure) = (0, nil)
        return Link(connection, mark)
    }

    private func note(_ failure: PostgresError) {
        failures += 1
        lastFailure = failure
        notBefore = .now.advanced(by: options.backoff.delay(afterAttempt: failures))
    }

    /// Sleeps until another connection may be tried; false when there is no time left for one.
    private func wait(until deadline: MonotonicTime) -> Bool {
        while true {
            let now = MonotonicTime.now
            guard now < deadline, !isStopping.withLock({ $0 }) else { return false }
            let left = min(notBefore, deadline).since(now)
            if left <= .zero { return true }
            if bell.sleep(for: left) { bell.silence() }
        }
    }
}
