package import JSON
import Synchronization
import System

/// Says what happens, with whatever it was bound to: a job, an app, a user.
///
/// Fields are JSON values, which a `Secret` cannot become.
package struct Logger: Sendable {
    private let sink: LogSink
    private let threshold: Threshold
    private var fields: [JSONValue.Member] = []

    package init(to sink: LogSink, level: LogLevel = .info) {
        self.sink = sink
        threshold = Threshold(level)
    }

    /// The level below which nothing is told. A change holds for every logger that was made from this one, or that this one
    /// was made from.
    package var level: LogLevel {
        get { threshold.level }
        nonmutating set { threshold.level = newValue }
    }

    private final class Threshold: Sendable {
        private let place: Atomic<Int>

        init(_ level: LogLevel) { place = Atomic(level.rank) }

        var level: LogLevel {
            get { LogLevel.allCases[place.load(ordering: .relaxed)] }
            set { place.store(newValue.rank, ordering: .relaxed) }
        }

        func admits(_ level: LogLevel) -> Bool { level.rank >= place.load(ordering: .relaxed) }
    }

    /// Lines that were dropped because their reader was too slow.
    package var droppedLines: Int { sink.droppedLines }

    /// A logger whose every line carries these fields, too.
    package func with(_ more: KeyValuePairs<LogField, JSONValue?>) -> Logger {
        var logger = self
        logger.fields += members(more)
        return logger
    }

    package func debug(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogField, JSONValue?> = [:]) {
        log(.debug, message, fields)
    }

    package func info(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogField, JSONValue?> = [:]) {
        log(.info, message, fields)
    }

    package func warning(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogField, JSONValue?> = [:]) {
        log(.warning, message, fields)
    }

    package func error(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<LogField, JSONValue?> = [:]) {
        log(.error, message, fields)
    }

    private func log(_ level: LogLevel, _ message: () -> String, _ more: KeyValuePairs<LogField, JSONValue?>) {
        guard threshold.admits(level) else { return }
        sink.write(LogLine(at: .now, level: level, message: message(), fields: fields + members(more)))
    }
}

private func members(_ fields: KeyValuePairs<LogField, JSONValue?>) -> [JSONValue.Member] {
    fields.compactMap { field, value in value.map { JSONValue.Member(field.rawValue, $0) } }
}

/// The names fields bear, so that one thing has one name in every line.
package struct LogField: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(stringLiteral value: String) { rawValue = value }

    package static let app: LogField = "app"
    package static let attempt: LogField = "attempt"
    package static let delivery: LogField = "delivery"
    package static let error: LogField = "error"
    package static let job: LogField = "job"
    package static let reason: LogField = "reason"
    package static let user: LogField = "user"
}
