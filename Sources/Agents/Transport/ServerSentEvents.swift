/// One event of an event stream.
package struct ServerSentEvent: Sendable, Equatable {
    /// `message` where the server names none.
    package let type: String
    package let data: String
    /// The id that the stream gave last, with this event or an earlier one; empty for none.
    package let lastID: String
}

/// Reads server-sent events out of bytes that come in pieces, by the rules of the HTML standard's event streams.
///
/// An event without data is none; comments and unknown fields are passed over; what follows the last empty line when
/// the stream ends is dropped.
package struct ServerSentEvents {
    /// The reason why a stream is not read on.
    package struct TooLong: Error, Sendable, Equatable, CustomStringConvertible {
        package let limit: Int
        package var description: String { "an event of the stream is longer than \(limit) bytes" }
    }

    /// The longest event: as long as a line of a program.
    package static let longestEvent = JSONLines.longestLine

    private var splitter: LineSplitter
    private let limit: Int
    private var isFirstLine = true
    private var type = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var id = ""
    /// The time to wait before connecting again, as the server wants it.
    package private(set) var retry: Duration?

    /// `longestEvent` bounds a line as well as the data of an event.
    package init(longestEvent: Int = ServerSentEvents.longestEvent) {
        limit = longestEvent
        splitter = LineSplitter(ends: .anyLineEnd, limit: longestEvent)
    }

    /// No field and no type of event that anybody knows has a longer name.
    private static let longestName = 256

    /// Adds bytes and returns the events that they complete.
    package mutating func receive(_ bytes: [UInt8]) throws(TooLong) -> [ServerSentEvent] {
        var lines: [LineSplitter.Line] = []
        splitter.receive(bytes) { lines.append($0) }
        var events: [ServerSentEvent] = []
        for line in lines {
            guard case .whole(let bytes) = line else { throw TooLong(limit: limit) }
            if let event = try take(bytes[...]) { events.append(event) }
        }
        return events
    }

    private mutating func take(_ line: ArraySlice<UInt8>) throws(TooLong) -> ServerSentEvent? {
        var line = line
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        guard !line.isEmpty else { return dispatch() }
        // A line that begins with a colon is a comment, and then the field's name is empty.
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        guard colon - line.startIndex <= ServerSentEvents.longestName else { return nil }
        try take(String(decoding: line[..<colon], as: UTF8.self), value)
        return nil
    }

    private mutating func take(_ field: String, _ value: ArraySlice<UInt8>) throws(TooLong) {
        switch field {
        case "event": type = String(decoding: value.prefix(ServerSentEvents.longestName), as: UTF8.self)
        case "data":
            guard data.count + value.count < limit else { throw TooLong(limit: limit) }
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case "retry":
            let isNumber = !value.isEmpty && value.allSatisfy { (0x30...0x39).contains($0) }
            if isNumber, let number = Int64(String(decoding: value, as: UTF8.self)), number <= 1 << 40 {
                retry = .milliseconds(number)
            }
        default: break
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            type = ""
            data = []
            hasData = false
        }
        guard hasData else { return nil }
        return ServerSentEvent(
            type: type.isEmpty ? "message" : type, data: String(decoding: data, as: UTF8.self), lastID: id)
    }
}
