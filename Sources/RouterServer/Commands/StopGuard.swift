import Lifecycle
import Observability
import System

/// Ends the process when its stop has taken all of its time: whatever holds it up, a full pool or a disk that does not
/// answer, may hold up every task, but not this thread. Nothing accepted is lost by it.
final class StopGuard: Sendable {
    private let limit: Duration
    private let sink: LogSink
    private let log: Logger
    private let server = Lock<RouterServer?>(nil)
    private let hasBegun = Signpost()

    init(limit: Duration, sink: LogSink, log: Logger) {
        self.limit = limit
        self.sink = sink
        self.log = log
    }

    /// Watches a server, whose services are named when there is no time left for them.
    func watch(_ server: RouterServer) { self.server.withLock { $0 = server } }

    /// The time runs from the first call.
    func begin() {
        guard !hasBegun.isReached else { return }
        hasBegun.reach()
        _ = OSThread(named: "stop-guard") { [self] in
            _ = BlockingQueue<Void>(capacity: 1).pop(max: 1, waitingAtMost: limit)
            breakOff()
        }
    }

    private func breakOff() -> Never {
        let left = server.withLock { $0 }?.services.unended ?? []
        if !left.isEmpty {
            log.error(
                "the stop has taken its \(limit.short) and is broken off; not ended: \(left.joined(separator: ", "))")
        }
        sink.close(within: .milliseconds(20))
        Process.exitNow(ExitStatus.done.rawValue)
    }
}
