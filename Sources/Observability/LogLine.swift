package import JSON
package import System

/// One thing that happened, before anybody decided how to show it.
package struct LogLine: Sendable {
    package let at: Timestamp
    package let level: LogLevel
    package let message: String
    package let fields: [JSONValue.Member]
}

extension LogLine {
    /// One JSON object and a line feed: `at`, `level`, `message`, then the fields in the order they were bound.
    package var json: [UInt8] {
        let head: [JSONValue.Member] = [
            .init("at", .string(at.description)),
            .init("level", .string(level.rawValue)),
            .init("message", .string(message)),
        ]
        var line = JSONValue.object(head + fields).bytes
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The same for somebody who reads along.
    package var text: [UInt8] {
        var line = "\(at.timeOfDay) \(label) \(message)"
        for field in fields { line += "  \(field.name)=\(field.value.string ?? field.value.text)" }
        return Array(line.utf8.map { $0 < 0x20 ? 0x20 : $0 }) + [UInt8(ascii: "\n")]
    }

    private var label: String {
        switch level {
        case .debug: "debug"
        case .info: "info "
        case .warning: "WARN "
        case .error: "ERROR"
        }
    }
}
