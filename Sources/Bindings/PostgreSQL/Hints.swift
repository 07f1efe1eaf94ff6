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

    /// Notifications go at this interval at most, each with all that there is to say.
    private static let pause = Duration.milliseconds(100)

    init(
        _ servers: Servers, _ options: DatabaseOptions, on channel: String, heard: @escaping @Sendable (String) -> Void
    ) {
        var options = options
        // The way of its own has none in between.
        if options.hintServers != nil { options.pooler = .none }
        self.servers = options.hintServers ?? servers
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
        var mayGive = MonotonicTime.now
        while !isStopping {
            if mayGive <= .now, case let words = takePending(), !words.isEmpty {
                connection.pipeline.deadline = .now.advanced(by: options.patience)
                try connection.run("SELECT pg_notify($1, $2)", channel, words.sorted().joined(separator: " "))
                mayGive = .now.advanced(by: Hints.pause)
            }
            let wait = state.withLock { $0.pending.isEmpty } ? Duration.seconds(30) : mayGive.since(.now)
            for words in try connection.waitForHints(or: bell, atMost: wait) {
                for word in words.split(separator: " ") { heard(String(word)) }
            }
        }
    }

    private func takePending() -> Set<String> {
        state.withLock { state in
            defer { state.pending = [] }
            return state.pending
        }
    }
}

extension Connection {
    fileprivate func listen(on channel: String) throws(PostgresError) {
        precondition(channel.allSatisfy { $0.isLetter || $0 == "_" }, "a channel is a plain word")
        pipeline.deadline = .now.advanced(by: .seconds(5))
        try execute("LISTEN \(channel)")
    }

    /// The notifications of others that have come, after a wait for one or for the bell.
    fileprivate func waitForHints(or bell: Bell, atMost limit: Duration) throws(PostgresError) -> [String] {
        let happened = unsafe clibpq_wait(PQsocket(handle), 0, bell.descriptor, limit.pollMilliseconds)
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
