import Synchronization
package import System

/// Writes log lines on a thread of its own, so that whoever reads them slowly holds up nobody. At most `capacity` lines
/// wait; what comes beyond is dropped and counted.
package final class LogSink: Sendable {
    package enum Format: Sendable { case json, text }

    /// The largest number of lines that are written at once.
    private static let batch = 256
    /// The time that a line may wait for others after one was written; the first after a while waits for none.
    private static let pause = Duration.milliseconds(2)

    private let lines: BlockingQueue<LogLine>
    private let dropped = Atomic<Int>(0)
    private let thread: OSThread
    /// Closed by the thread, as the last thing it does.
    private let end: BlockingQueue<Void>

    /// `zone` is whose time the lines for people have.
    package init(
        format: Format, zone: TimeZone = .utc, capacity: Int = 4096, write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        let lines = BlockingQueue<LogLine>(capacity: capacity)
        let end = BlockingQueue<Void>(capacity: 1)
        self.lines = lines
        self.end = end
        thread = OSThread(named: "log") {
            defer { end.close() }
            var encoder = LogEncoder(format: format, zone: zone)
            while true {
                let batch = lines.pop(max: LogSink.batch)
                if batch.isEmpty { return }
                write(encoder.bytes(of: batch))
                // Under load, waking this thread for each line costs more than the lines do.
                lines.gather(LogSink.batch, for: LogSink.pause)
            }
        }
    }

    /// To standard error: JSON unless a person watches, who reads the time of this machine.
    package static func standardError(format: Format?) -> LogSink {
        let isWatched = StandardError.isTerminal
        return LogSink(format: format ?? (isWatched ? .text : .json), zone: isWatched ? .system : .utc) {
            StandardError.write($0)
        }
    }

    package var droppedLines: Int { dropped.load(ordering: .relaxed) }

    func write(_ line: LogLine) {
        if lines.push(line) != .accepted { dropped.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Writes what waits and ends the thread. Blocks for as long as that takes, `limit` at most: a reader that is stuck must
    /// not keep us from ending, and the thread is left to itself then.
    package func close(within limit: Duration = .seconds(1)) {
        lines.close()
        _ = end.pop(max: 1, waitingAtMost: limit)
        if end.hasClosed { thread.join() }
    }
}
