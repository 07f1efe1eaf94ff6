import JSON
import System

/// Turns lines into bytes. Lines of one second share the date, which costs more to put in words than all the rest.
struct LogEncoder {
    let format: LogSink.Format
    /// The time zone of the lines for people.
    let zone: TimeZone
    private var second = Int64.min
    /// The text of the last date, such as `2026-11-20T09:43:00.`
    private var date: [UInt8] = []

    init(format: LogSink.Format, zone: TimeZone = .utc) {
        self.format = format
        self.zone = zone
    }

    mutating func bytes(of lines: [LogLine]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(lines.count * 256)
        for line in lines {
            switch format {
            case .json: writeJSON(line, to: &out)
            case .text: out.append(contentsOf: line.text(in: zone))
            }
        }
        return out
    }

    /// One JSON object and a line feed: `at`, `level`, `message`, then the fields in the order they were bound.
    private mutating func writeJSON(_ line: LogLine, to out: inout [UInt8]) {
        out.append(contentsOf: "{\"at\":\"".utf8)
        writeTime(line.at, to: &out)
        out.append(contentsOf: "\",\"level\":\"".utf8)
        out.append(contentsOf: line.level.rawValue.utf8)
        out.append(contentsOf: "\",\"message\":".utf8)
        JSONValue.string(line.message).write(to: &out)
        for field in line.fields {
            out.append(UInt8(ascii: ","))
            field.write(to: &out)
        }
        out.append(contentsOf: "}\n".utf8)
    }

    private mutating func writeTime(_ time: Timestamp, to out: inout [UInt8]) {
        guard time.milliseconds >= 0 else { return out.append(contentsOf: time.description.utf8) }
        if time.seconds != second {
            second = time.seconds
            date = Array(time.description.utf8.dropLast(4))
        }
        out.append(contentsOf: date)
        let milliseconds = time.milliseconds % 1000
        for unit: Int64 in [100, 10, 1] { out.append(UInt8(ascii: "0") + UInt8(milliseconds / unit % 10)) }
        out.append(UInt8(ascii: "Z"))
    }
}
