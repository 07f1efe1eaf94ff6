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
    /// The line for somebody who reads along.
    func text(in zone: TimeZone) -> [UInt8] {
        var line = "\(at.advanced(by: zone.offset(at: at)).timeOfDay) \(label) \(message)"
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
