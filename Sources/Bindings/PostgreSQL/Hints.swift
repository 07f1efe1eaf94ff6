internal import CLibPQ
internal import Lifecycle
internal import System

/// Tells other processes that there may be something to do, and hears it from them.
///
/// A hint is a word, says nothing that rows do not say, and may be lost: whoever hears none looks by himself after a while. It goes as a
/// statement of its own after the commit, and seldom: within a transaction it would hold a lock of the whole server until that is
/// replicated.
final class Hints: Sendable {
    private struct State {
        var pending: Set<String> = []
        var isStopping = false
    }

    private let servers: Servers
    private let options: DatabaseOptions
    private let channel: String
    private let heard: @Sendable (String) -> Void
    private let bell = Bell()
    private let state = Lock(State())

    /// Hints of one kind go at this interval at most.
    private static let pause = Duration.milliseconds(100)

    init(
        _ servers: Servers, _ options: DatabaseOptions, on channel: String, heard: @escaping @Sendable (String) -> Void
    ) {
        self.servers = servers
        self.options = options
        self.channel = channel
        self.heard = heard
    }

    func give(_ word: String) {
        let isNew = state.withLock { $0.pending.insert(word).inserted }
        if isNew { bell.ring() }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        bell.ring()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Serves until it is told to stop, on a new connection when one is lost.
    func run() {
        var failures = 0
        while !isStopping {
            do throws(PostgresError) {
                let connection = try servers.connect(options)
                try connection.listen(on: channel)
                failures = 0
                // What was said meanwhile is lost.
                heard("")
                try serve(connection)
            } catch {
                failures += 1
                if bell.sleep(for: options.backoff.delay(afterAttempt: failures)) { bell.silence() }
            }
        }
    }

    private func serve(_ connection: borrowing Connection) throws(PostgresError) {
        while !isStopping {
            let words = state.withLock { state in
                defer { state.pending = [] }
                return state.pending
            }
            if !words.isEmpty {
                connection.pipeline.deadline = .now.advanced(by: options.patience)
                for word in words.sorted() { try connection.send("SELECT pg_notify($1, $2)", channel, word) }
                try connection.settle()
                bell.sleep(for: Hints.pause)
            }
            for word in try connection.waitForHints(or: bell, hasMore: !words.isEmpty) { heard(word) }
        }
    }
}

extension Connection {
    fileprivate func listen(on channel: String) throws(PostgresError) {
        precondition(channel.allSatisfy { $0.isLetter || $0 == "_" }, "a channel is a plain word")
        pipeline.deadline = .now.advanced(by: .seconds(5))
        try execute("LISTEN \(channel)")
    }

    /// The words of others that have come, after a wait for one or for the bell.
    fileprivate func waitForHints(or bell: Bell, hasMore: Bool) throws(PostgresError) -> [String] {
        let happened = unsafe clibpq_wait(PQsocket(handle), 0, bell.descriptor, hasMore ? 0 : 30_000)
        if happened & 4 != 0 { bell.silence() }
        if happened & 1 != 0, unsafe PQconsumeInput(handle) == 0 { throw failure() }
        guard !isBroken else { throw failure() }
        var words: [String] = []
        while let notification = unsafe PQnotifies(handle) {
            if unsafe notification.pointee.be_pid != PQbackendPID(handle) {
                unsafe words.append(String(cString: notification.pointee.extra))
            }
            unsafe PQfreemem(notification)
        }
        return words
    }
}
