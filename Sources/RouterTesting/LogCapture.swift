package import Observability
import System

/// Keeps every log line, to be searched.
package final class LogCapture: Sendable {
    private let bytes: Lock<[UInt8]>
    private let sink: LogSink
    package let log: Logger

    package init(level: LogLevel = .debug) {
        let bytes = Lock<[UInt8]>([])
        self.bytes = bytes
        sink = LogSink(format: .json) { line in bytes.withLock { $0 += line } }
        log = Logger(to: sink, level: level)
    }

    /// All that was logged. Ends the log: what comes later is dropped.
    package func finish() -> String {
        sink.close()
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }
}
