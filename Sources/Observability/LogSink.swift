import Synchronization
import System

/// Writes log lines on a thread of its own, so that whoever reads them slowly holds up nobody. At most `capacity` lines
/// wait; what comes beyond is dropped and counted.
package final class LogSink: Sendable {
    package enum Format: Sendable { case json, text }

    private let lines: BlockingQueue<LogLine>
    private let dropped = Atomic<Int>(0)
    private let thread: OSThread

    package init(format: Format, capacity: Int = 4096, write: @escaping @Sendable ([UInt8]) -> Void) {
        let lines = BlockingQueue<LogLine>(capacity: capacity)
        self.lines = lines
        thread = OSThread(named: "log") {
            while true {
                let batch = lines.pop(max: 256)
                if batch.isEmpty { return }
                write(batch.flatMap { format == .json ? $0.json : $0.text })
            }
        }
    }

    /// To standard error: JSON unless a person watches.
    package static func standardError(format: Format?) -> LogSink {
        LogSink(format: format ?? (StandardError.isTerminal ? .text : .json)) { StandardError.write($0) }
    }

    package var droppedLines: Int { dropped.load(ordering: .relaxed) }

    func write(_ line: LogLine) {
        if lines.push(line) != .accepted { dropped.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Writes what waits and ends the thread. Blocks for as long as that takes.
    package func close() {
        lines.close()
        thread.join()
    }
}
